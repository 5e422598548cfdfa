"""What the site shows that the code knows: passes, dialects, machines, constants, commands, comparisons.

``hooks`` puts it into the pages where they say ``<!-- generated: NAME -->``.
"""
