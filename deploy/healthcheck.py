#!/usr/bin/env python3
"""Fails where the server or worker of this container doesn't answer at HEALTH_URL. No proxy of the environment's is asked."""

import os
import sys
import urllib.request

url = os.environ["HEALTH_URL"]
with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=4) as reply:
    body = reply.read()
# A thread answers for a worker, whatever its event loop does: but this metric comes from the loop.
if url.endswith("/metrics") and b"tradewind_build_info" not in body:
    sys.exit("The worker's event loop does not answer.")
