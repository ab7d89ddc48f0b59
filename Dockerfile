# tunnelog in an image of its own, from nothing but this checkout and crates.io:
#
#   docker build -t tunnelog .
#   docker run --rm -v "$PWD:/work:ro" tunnelog reach inventory
#
# Both stages are Debian 12, so that the program finds the C library that it was linked to.
FROM rust:1-slim-bookworm AS build
WORKDIR /source
COPY . .
RUN cargo build --release --locked --bin tunnelog

# No shell and no package manager; the user is not root.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /source/target/release/tunnelog /usr/local/bin/tunnelog
COPY --from=build /source/LICENSE-APACHE /source/LICENSE-MIT /usr/share/doc/tunnelog/
WORKDIR /work
ENTRYPOINT ["/usr/local/bin/tunnelog"]
CMD ["--help"]
