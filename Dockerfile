# syntax=docker/dockerfile:1

# The program alone, on an image without a shell. SQLite and TLS are compiled in; the C library and the certificates of the
# public authorities come with the image.
#
#   docker build --tag undersigned .
#   docker run --read-only --publish 127.0.0.1:8080:8080 --volume undersigned:/data undersigned

FROM rust:1.95-slim-bookworm AS build
WORKDIR /source
COPY . .
# The caches keep what the last build fetched and compiled; the program is copied out of them.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/source/target \
    cargo build --release --locked \
    && install -D target/release/undersigned /image/undersigned \
    && install -d -m 0700 /image/data

FROM gcr.io/distroless/cc-debian12:nonroot
# 65532 is the user `nonroot` of the base image; a new named volume takes the owner of this folder.
COPY --from=build --chown=65532:65532 /image/data /data
COPY --from=build /image/undersigned /usr/bin/undersigned

ENV UNDERSIGNED_LISTEN=0.0.0.0:8080 \
    UNDERSIGNED_DATA_DIR=/data
EXPOSE 8080

# No HEALTHCHECK: the image holds nothing that could ask. Whatever runs it can: GET /livez (is it alive?) and GET /readyz
# (does its database answer?).
ENTRYPOINT ["/usr/bin/undersigned"]
CMD ["serve"]
