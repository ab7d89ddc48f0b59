#!/bin/sh
# mcp 2.3.0, the Python SDK of the Model Context Protocol, `MCPServer`.
#
# A tool has a parameter of text. While its type is `str`, every text arrives as it was sent. As `str | None`, the usual way to make
# it optional, a text that happens to be JSON is read as JSON first: a list or an object is then refused as no text, and `null` arrives as None,
# the same as nothing. So an optional plan, policy or query in JSON never reaches the tool, though the schema that the SDK itself publishes
# says that any string will do.
#
# Seen:
#   schema of must: string
#   schema of may: string or null
#   {"a": 1}: must '{"a": 1}', may refused
#   [10]: must '[10]', may refused
#   null: must 'null', may None
#   10: must '10', may '10'
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet mcp==2.3.0
cat >probe.py <<'PYTHON'
import asyncio

from mcp import Client
from mcp.server import MCPServer

server = MCPServer("probe")


@server.tool()
def must(text: str) -> str:
    return repr(text)


@server.tool()
def may(text: str | None = None) -> str:
    return repr(text)


async def main() -> None:
    async with Client(server) as client:
        for tool in (await client.list_tools()).tools:
            of = tool.input_schema["properties"]["text"]
            print(f"schema of {tool.name}:", " or ".join(kind["type"] for kind in of.get("anyOf", [of])))
        for text in ('{"a": 1}', "[10]", "null", "10"):
            seen = []
            for name in ("must", "may"):
                answer = await client.call_tool(name, {"text": text})
                seen.append(f"{name} {'refused' if answer.is_error else answer.content[0].text}")
            print(f"{text}: " + ", ".join(seen))


asyncio.run(main())
PYTHON
venv/bin/python probe.py >seen 2>said
cat >expected <<'SEEN'
schema of must: string
schema of may: string or null
{"a": 1}: must '{"a": 1}', may refused
[10]: must '[10]', may refused
null: must 'null', may None
10: must '10', may '10'
SEEN
diff expected seen
