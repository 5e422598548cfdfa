"""``python -m fastc``."""

import sys

from fastc.cli import main

sys.exit(main())
