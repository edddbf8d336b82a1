# ruff: noqa: INP001 - a script, no package
"""Write the golden cases of the wire anew: ``make golden``, then read the difference.

Beside each ``tests/conformance/cases/NAME.request.json``, which people write, come the request in binary and the answer
in both forms, or the error.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from google.protobuf import json_format

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from golden_cases import HERE, NAMES, golden_answer, golden_orchestrator, golden_request


def main() -> int:
    """Write every case; return the exit code."""
    for path in [*HERE.glob("*.binpb"), *HERE.glob("*.response.json"), *HERE.glob("*.error.json")]:
        path.unlink()
    orchestrator = golden_orchestrator()
    for name in NAMES:
        (HERE / f"{name}.request.binpb").write_bytes(golden_request(name).SerializeToString(deterministic=True))
        answer = golden_answer(orchestrator, golden_request(name))
        if isinstance(answer, dict):
            text = json.dumps(answer, ensure_ascii=False, indent=2)
            (HERE / f"{name}.error.json").write_text(text + "\n", encoding="utf-8")
            continue
        for report in answer.stages:
            report.milliseconds = 0.0
        text = json_format.MessageToJson(answer, preserving_proto_field_name=True, ensure_ascii=False)
        (HERE / f"{name}.response.json").write_text(text + "\n", encoding="utf-8")
        (HERE / f"{name}.response.binpb").write_bytes(answer.SerializeToString(deterministic=True))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
