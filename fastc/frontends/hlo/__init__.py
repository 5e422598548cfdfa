"""XLA's HLO text, before or after optimisation, into StableHLO.

``recognition.is_hlo`` says what is HLO, ``parser.parse_hlo`` reads it, ``conversion.read_hlo`` makes it StableHLO.
"""
