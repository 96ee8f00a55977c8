"""GraphQL documents by the hash of their text, so that clients need send each once: in Redis for all servers, and the latest here.

What is forgotten is sent again, so nothing here must last.
"""

import asyncio
import math
import time
from collections import OrderedDict

from redis.asyncio import Redis
from redis.exceptions import RedisError

from domain.redis_availability import RedisAvailability

#: A document that is longer is sent each time.
LONGEST = 16_384
_LETTERS_HERE = 1024 * 1024
# Of one key, so that none fills the store for all others; as long as a document is remembered that nobody asks for.
_BYTES_OF_KEY = 4 * 1024 * 1024
_DAY_SECONDS = 86_400
_REDIS_SECONDS = 0.25
# A Redis that failed is left alone for so long: each request that it doesn't answer costs the time-out above.
_WITHOUT_REDIS_SECONDS = 5.0


class DocumentStore:
    """The documents that one process knows and can ask Redis for; without Redis, those it knows."""

    def __init__(self, redis: Redis | None, *, bytes_of_key: int = _BYTES_OF_KEY) -> None:
        self._redis = redis
        self._bytes_of_key = bytes_of_key
        self._here: OrderedDict[str, str] = OrderedDict()
        self._letters = 0
        self._availability = RedisAvailability(
            redis, lost="documents.redis_unavailable", found="documents.redis_available"
        )
        self._without_redis_until = -math.inf

    async def get(self, digest: str) -> str | None:
        """The document of this hash; None where it isn't known."""
        if digest in self._here:
            self._here.move_to_end(digest)
            return self._here[digest]
        redis = self._reachable()
        if redis is None:
            return None
        try:
            async with asyncio.timeout(_REDIS_SECONDS):
                found: bytes | str | None = await redis.getex(_place_of(digest), ex=_DAY_SECONDS)
        except (RedisError, OSError) as error:
            self._failed(error)
            return None
        self._availability.answered()
        if found is None:
            return None
        text = found.decode() if isinstance(found, bytes) else found
        self._put_here(digest, text)
        return text

    async def put(self, digest: str, text: str, *, key_id: int) -> None:
        """Remember a document that was found good, at this API key's expense; not one more than the key may have in a day."""
        if digest in self._here or len(text) > LONGEST:
            return
        self._put_here(digest, text)
        redis = self._reachable()
        if redis is None:
            return
        try:
            async with asyncio.timeout(_REDIS_SECONDS):
                counter = f"tradewind:documents:of:{key_id}"
                counting = redis.pipeline(transaction=False)
                counting.incrby(counter, len(text.encode()))
                counting.expire(counter, _DAY_SECONDS, nx=True)
                taken, _ = await counting.execute()
                if taken <= self._bytes_of_key:
                    await redis.set(_place_of(digest), text, ex=_DAY_SECONDS)
        except (RedisError, OSError) as error:
            self._failed(error)
        else:
            self._availability.answered()

    def _put_here(self, digest: str, text: str) -> None:
        # Several who ask for it at once all bring it.
        self._letters += len(text) - len(self._here.pop(digest, ""))
        self._here[digest] = text
        while self._letters > _LETTERS_HERE:
            _, oldest = self._here.popitem(last=False)
            self._letters -= len(oldest)

    def _reachable(self) -> Redis | None:
        return self._redis if time.monotonic() >= self._without_redis_until else None

    def _failed(self, error: Exception) -> None:
        self._availability.failed(error)
        self._without_redis_until = time.monotonic() + _WITHOUT_REDIS_SECONDS


def _place_of(digest: str) -> str:
    return f"tradewind:documents:{digest}"
