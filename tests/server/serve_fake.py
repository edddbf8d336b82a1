"""A program for the tests: serves a fake orchestrator until it is told to stop. Arguments: how it answers, options."""

import json
import os
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from serving_fakes import FakeOrchestrator, HeldOrchestrator, config

from shelfwise_server import serve

kind, options = sys.argv[1], json.loads(sys.argv[2])
if kind == "held":
    orchestrator = HeldOrchestrator()

    def release_on_a_line() -> None:
        """Release the calls when standard input has a line, and say when one is held."""
        orchestrator.wait_for()
        os.write(1, b"held\n")
        if sys.stdin.readline():
            orchestrator.release()

    threading.Thread(target=release_on_a_line, daemon=True).start()
else:
    orchestrator = FakeOrchestrator()
serve(orchestrator, config(**options))
