# One image for every role of the hub: `migrate`, `serve`, `worker`. No secret, setting or data belongs in it.
FROM python:3.12-slim AS build
WORKDIR /src
RUN python -m venv /opt/gongbu
ENV PATH=/opt/gongbu/bin:$PATH
COPY requirements.lock ./
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY schemas schemas
COPY channels channels
COPY hub hub
COPY workers workers
# The build tool is in the lock file too, so nothing is fetched here that has no hash.
RUN pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation .

FROM python:3.12-slim
# What PDF copies are drawn with; without them pages offer the Word copy alone.
RUN apt-get update && apt-get install -y --no-install-recommends \
    libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin gongbu \
 && install -d -o gongbu -g gongbu -m 0711 /var/lib/gongbu \
 && install -d -o gongbu -g gongbu -m 0755 /var/lib/gongbu/site
COPY --from=build /opt/gongbu /opt/gongbu
ENV PATH=/opt/gongbu/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 GONGBU_DATA_DIR=/var/lib/gongbu
# Where `gongbu.toml` is looked for; the operator mounts it there.
WORKDIR /etc/gongbu
USER gongbu
ENTRYPOINT ["gongbu"]
CMD ["--help"]
