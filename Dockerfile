# A slim glibc image: the allocator's switch that overwrites freed memory exists only there (musl has none).
# Run it read-only, without capabilities, swap or logs:
#   docker build -t IMAGE .
#   docker run -d --name NAME --read-only --tmpfs /tmp:rw,noexec,nosuid,size=16m --cap-drop ALL --security-opt no-new-privileges \
#     --user 65532 --pids-limit 128 --memory 768m --memory-swap 768m --ulimit core=0 --ulimit memlock=-1 --log-driver none \
#     -v /path/to/token:/run/secrets/token:ro -e CONSTELLATION_TELEGRAM_TOKEN_FILE=/run/secrets/token \
#     --restart unless-stopped IMAGE
# Content from a repository of its own (deploy/content-repository/README.md), and a volume for what has to stay over a restart:
#   ... -v constellation-cache:/cache -e CONSTELLATION_CACHE_DIR=/cache IMAGE run telegram --source https://HOST/YOU/content.git
# git is there for that alone; without --source it never runs. There is no ssh: use https.
# --memory-swap equal to --memory means no swap; --log-driver none because the usual driver keeps the output on disk. The token's
# file belongs to user 65532, mode 600.
# requirements.lock has the extras web, page, valkey and qr: polling, a webhook, replicas (deploy/replicas/), Signal and the page run from it.
FROM python:3.13-slim AS build
WORKDIR /build
COPY requirements.lock ./
RUN python -m venv /opt/constellation \
 && /opt/constellation/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY requirements-build.lock ./
RUN python -m venv /build/backend \
 && /build/backend/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements-build.lock
COPY pyproject.toml setup.py README.md LICENSE LICENSE-CONTENT ./
COPY bot ./bot
COPY content ./content
COPY flows ./flows
RUN /build/backend/bin/pip wheel --no-cache-dir --no-index --no-deps --no-build-isolation -w dist . \
 && /opt/constellation/bin/pip install --no-cache-dir --no-index --no-deps dist/*.whl

FROM python:3.13-slim
RUN apt-get update && apt-get install -y --no-install-recommends git ca-certificates && rm -rf /var/lib/apt/lists/* \
 && install -d -o 65532 -g 65532 -m 700 /cache
COPY --from=build /opt/constellation /opt/constellation
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PYTHONMALLOC=malloc MALLOC_PERTURB_=90 GLIBC_TUNABLES=glibc.malloc.tcache_count=0:glibc.malloc.arena_max=1:glibc.malloc.mmap_threshold=65536 HOME=/tmp \
    CONSTELLATION_TELEGRAM_HEALTH_FILE=/tmp/health CONSTELLATION_SIGNAL_HEALTH_FILE=/tmp/health CONSTELLATION_WEB_HEALTH_FILE=/tmp/health
# `docker ps` says whether the channel answers.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=2 CMD ["/opt/constellation/bin/constellation", "ops", "health"]
USER 65532:65532
WORKDIR /tmp
ENTRYPOINT ["/opt/constellation/bin/constellation"]
CMD ["run", "telegram"]
