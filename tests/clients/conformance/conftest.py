"""The runners of every language that this machine can run."""

import pytest
from client_runners import runners


@pytest.fixture(params=runners(), ids=lambda runner: runner.name)
def runner(request):
    """Return the runner of a language, skipping where it is not built."""
    if request.param.missing:
        pytest.skip(request.param.missing)
    return request.param
