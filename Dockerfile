# tunnelog in an image of its own, from nothing but this checkout and crates.io:
#
#   docker build -t tunnelog .
#   docker run --rm -v "$PWD:/work:ro" tunnelog reach inventory
#
# All stages are Debian 12, so that the program finds the C library that it was linked to.
FROM rust:1-slim-bookworm AS build
WORKDIR /source
COPY . .
RUN cargo build --release --locked --bin tunnelog

# No shell and no package manager; the user is not root.
FROM gcr.io/distroless/cc-debian12:nonroot AS base
COPY LICENSE-APACHE LICENSE-MIT /usr/share/doc/tunnelog/
WORKDIR /work
ENTRYPOINT ["/usr/local/bin/tunnelog"]
CMD ["--help"]

# With the programs of a release, one for each architecture, in place of one that is built here: nothing is run, so any
# machine makes the image of any architecture.
FROM base AS released
ARG TARGETARCH
COPY image/${TARGETARCH}/tunnelog /usr/local/bin/tunnelog

FROM base
COPY --from=build /source/target/release/tunnelog /usr/local/bin/tunnelog
