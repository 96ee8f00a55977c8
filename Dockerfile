# One image for all that runs: serve (the default), worker, migrate, keys.
#   docker build -t tradewind .
#   docker run --read-only --env-file .env -p 8000:8000 tradewind
#   docker run --read-only --env-file .env -e TRADEWIND_METRICS_PORT=9464 -e HEALTH_URL=http://127.0.0.1:9464/metrics tradewind worker

# Exact versions, so that two builds of one release are alike. Take others, or a digest, with --build-arg.
ARG PYTHON_IMAGE=docker.io/library/python:3.13.9-slim-trixie
ARG NODE_IMAGE=docker.io/library/node:22.21.1-trixie-slim

# GraphiQL and React, which the server hands to browsers. Node stays behind.
FROM ${NODE_IMAGE} AS browser
WORKDIR /browser
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM ${PYTHON_IMAGE} AS build
WORKDIR /app
# Before our own files: a change of these doesn't install anything anew. Wheels alone, each with a hash of the lock's, so
# that nothing is compiled and nothing runs here; and no pip in what is shipped.
COPY requirements.lock ./
RUN python3 -m venv --without-pip /opt/venv \
 && python3 -m pip --python /opt/venv/bin/python3 install --no-cache-dir --require-hashes --only-binary=:all: -r requirements.lock
COPY pyproject.toml LICENSE ./
COPY api ./api
COPY domain ./domain
COPY jobs ./jobs
COPY migrations ./migrations
COPY deploy/healthcheck.py /opt/venv/bin/healthcheck
# Compiled here, for nothing can be written later on; readable to all, whatever the umask of the checkout. The launcher
# becomes Python, which so gets SIGTERM itself: no init is needed.
RUN python3 -m compileall -q api domain jobs migrations \
 && chmod -R a+rX /app \
 && printf '#!/bin/sh\nexec python3 -P -m api.cli "$@"\n' > /opt/venv/bin/tradewind \
 && chmod 755 /opt/venv/bin/tradewind /opt/venv/bin/healthcheck

FROM ${PYTHON_IMAGE}
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Tradewind" \
      org.opencontainers.image.description="A headless GraphQL server that joins a seller's back office to the Temu marketplace" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    TRADEWIND_DATA_DIR=/data \
    HEALTH_URL=http://127.0.0.1:8000/live
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
COPY --from=browser /browser/node_modules /app/node_modules
RUN mkdir /data && chown 10001:10001 /data
# A number, so that Kubernetes can see that it isn't root.
USER 10001:10001
# All that is written: the embedded database and Redis where these are used, and files while they are read.
VOLUME ["/data", "/tmp"]
EXPOSE 8000
STOPSIGNAL SIGTERM
# A worker has no port 8000: give it TRADEWIND_METRICS_PORT, and its /metrics as HEALTH_URL.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["healthcheck"]
ENTRYPOINT ["tradewind"]
CMD ["serve", "--host", "0.0.0.0"]
