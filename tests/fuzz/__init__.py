"""Random StableHLO through random pipelines: ``graphs`` draws programs, ``check`` runs passes on them and compares
numbers before and after. ``test_fuzz`` runs a fixed share of it; ``benchmarks.fuzz`` as many cases as asked for."""
