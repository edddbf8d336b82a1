"""Run every benchmark, or those named: ``python -m tests.benchmarks [NAME ...]``."""

import sys
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent
MODULES = (path for path in HERE.glob("*.py") if not path.stem.startswith("_"))
NAMES = sorted(path.stem for path in MODULES if "def main(" in path.read_text())


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all, one after the other."""
    unknown = set(names) - set(NAMES)
    if unknown:
        print(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}", file=sys.stderr)
        return 2
    sys.path.insert(0, str(HERE.parent))
    sys.argv = sys.argv[:1]
    for name in names or NAMES:
        print(f"\n== {name}", flush=True)
        import_module(f"tests.benchmarks.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
