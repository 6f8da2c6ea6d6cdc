# syntax=docker/dockerfile:1
FROM node:22-bookworm-slim AS page
WORKDIR /page
COPY crates/dinamika-server/ui .
RUN npm ci --omit=dev && npm run build

FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
COPY --from=page /page/dist /page
ENV DINAMIKA_UI=/page
RUN cargo build --release --locked -p dinamika

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates curl tzdata \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --create-home --home-dir /project dinamika
COPY --from=build /src/target/release/dinamika /usr/local/bin/dinamika
USER dinamika
WORKDIR /project
RUN dinamika init /project && mkdir -p inbox data
VOLUME ["/project/inbox", "/project/data"]
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD curl --fail --silent http://127.0.0.1:8080/health || exit 1
ENTRYPOINT ["dinamika", "-C", "/project"]
# Without an account nothing is served beyond the container: make the first one with
#   docker compose run --rm dinamika user add admin --role administrator
CMD ["serve", "--bind", "0.0.0.0:8080"]
