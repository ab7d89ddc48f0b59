"""`tunnelog mcp` as the protocol's official Python client meets it. `tests/mcp/run` runs this."""

import asyncio
import json
import logging
import os
import pathlib
import tempfile
import unittest

import jsonschema
from mcp import Client, MCPError, StdioServerParameters

# How long a step took is nobody's business here.
logging.getLogger("asyncio").setLevel(logging.ERROR)

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["TUNNELOG"]
CHAIN = "facts/s2s-chain"
ZONES = "facts/names-zone-not-linked"
BGP = "+ bgp(VNet1, VNet2)"

# One call of each tool, the schema of its document, and what a person reads in the text. By facts/s2s-chain/README.md non-Windows
# clients have a route to VNet2 and nothing comes back; by facts/names-zone-not-linked/README.md no name resolves.
CALLS = [
    ("reach", {"to": ["VNet2"], "class": ["non-windows"]}, "reach", "! blackhole  VNet2  10.2.0.0/16  no return path"),
    ("reach", {"summary": True}, "reach-summary", "blackhole"),
    ("reach", {"to": ["VNet2"], "class": ["non-windows"], "with": [BGP]}, "reach", "✓ reachable  VNet2"),
    ("routes", {"gateway": ["VNet1"]}, "routes", "10.2.0.0/16     static prefix of a connection"),
    ("names", {"path": ZONES}, "names", "the zone is not linked"),
    ("explain", {"gateway": "VNet1", "to": ["VNet2"]}, "explain", "✗ Return path"),
    ("explain", {"path": ZONES, "gateway": "Hub", "zone": "privatelink.blob.core.windows.net"}, "explain-zone", "link"),
    ("whatif", {"changes": [BGP], "class": ["non-windows"]}, "whatif", "blackhole → reachable"),
    ("fix", {"gateway": "VNet1", "to": ["VNet2"], "class": ["non-windows"]}, "fix", BGP),
    ("check", {}, "check", "warning[no-route-back]"),
    ("rules", {"rule": "bgp-relay"}, "rules", "source: §"),
]


def client(*arguments, folder=ROOT, mode="auto"):
    server = StdioServerParameters(command=PROGRAM, args=["mcp", *arguments], cwd=folder)
    return Client(server, mode=mode)


def text(result):
    return "\n".join(block.text for block in result.content)


def listing(folder):
    return {path: path.read_bytes() if path.is_file() else None for path in sorted(folder.rglob("*"))}


class Tools(unittest.IsolatedAsyncioTestCase):
    async def test_tools_are_listed_with_schemas(self):
        for mode in ["auto", "legacy"]:
            async with client(CHAIN, mode=mode) as session:
                listed = (await session.list_tools()).tools
                names = [tool.name for tool in listed]
                self.assertEqual(names, ["reach", "routes", "names", "explain", "whatif", "fix", "check", "rules"])
                for tool in listed:
                    jsonschema.Draft202012Validator.check_schema(tool.input_schema)
                    self.assertTrue(tool.annotations.read_only_hint, tool.name)
                    self.assertTrue(tool.annotations.idempotent_hint, tool.name)
                schemas = {tool.name: tool.input_schema for tool in listed}
                for name, arguments, _, _ in CALLS:
                    jsonschema.validate(arguments, schemas[name])
                with self.assertRaises(jsonschema.ValidationError):
                    jsonschema.validate({"output": "x"}, schemas["check"])

    async def test_every_tool_answers_in_text_and_as_a_document(self):
        async with client(CHAIN) as session:
            for name, arguments, schema, line in CALLS:
                with self.subTest(name=name, arguments=arguments):
                    result = await session.call_tool(name, arguments)
                    self.assertFalse(result.is_error, text(result))
                    self.assertIn(line, text(result))
                    schema = json.loads((ROOT / "docs/schema" / f"{schema}.json").read_text())
                    jsonschema.validate(result.structured_content, schema)
                    self.assertEqual(result.structured_content["schema"], schema["$id"])

    async def test_errors_are_told_to_the_assistant(self):
        async with client() as session:
            for name, arguments, line in [
                ("reach", {}, "name a folder or an export as `path`"),
                ("reach", {"path": "facts/nowhere"}, "error[unreadable-file]"),
                ("reach", {"path": CHAIN, "to": ["VNet22"]}, "did you mean `VNet2`?"),
                ("explain", {"path": CHAIN, "to": ["VNet2"]}, "--gateway"),
                ("check", {"path": CHAIN, "output": "x"}, "`check` takes no `output`"),
            ]:
                with self.subTest(name=name, arguments=arguments):
                    result = await session.call_tool(name, arguments)
                    self.assertTrue(result.is_error)
                    self.assertIsNone(result.structured_content)
                    self.assertIn(line, text(result))
            with self.assertRaises(MCPError):
                await session.call_tool("import", {"path": CHAIN})
            self.assertFalse((await session.call_tool("check", {"path": CHAIN})).is_error)

    async def test_a_long_answer_is_cut(self):
        async with client() as session:
            result = await session.call_tool("rules", {})
            lines = result.content[0].text.splitlines()
            self.assertEqual(len(lines), 201)
            self.assertRegex(lines[-1], r"^… \d+ more lines are left out; all of it: `tunnelog rules --format=text`$")
            self.assertIsNone(result.structured_content)
            self.assertIn("`tunnelog rules --format=json`", text(result))

    async def test_several_calls_at_once(self):
        async with client(CHAIN) as session:
            calls = [session.call_tool(name, arguments) for name, arguments, _, _ in CALLS]
            results = await asyncio.gather(*calls)
            for result, (_, _, _, line) in zip(results, CALLS, strict=True):
                self.assertIn(line, text(result))

    async def test_no_file_is_written(self):
        hostile = "$(touch made) `touch made`; 'touch made'"
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            inventory = folder / "two words"
            inventory.mkdir()
            (inventory / "vnets.csv").write_text(f'name,address_space\n"{hostile}",10.1.0.0/16\n')
            (inventory / "gateways.csv").write_text(f'vnet,client_pool\n"{hostile}",192.168.0.0/24\n')
            before = listing(folder)
            async with client("two words", folder=folder) as session:
                result = await session.call_tool("reach", {"gateway": [hostile], "to": [hostile], "class": ["windows"]})
                self.assertEqual(result.structured_content["rows"][0]["network"], hostile)
                for smuggled in ["--output=made", "-omade", "-o made"]:
                    for name, arguments, _, _ in CALLS:
                        texts = {key: [smuggled] for key in arguments if isinstance(arguments[key], list)}
                        await session.call_tool(name, {"path": "two words", **arguments, **texts, "output": smuggled})
                        await session.call_tool(name, {**arguments, **texts})
                        await session.call_tool(name, {"path": smuggled})
            self.assertEqual(listing(folder), before)

    async def test_pages_and_schemas_can_be_read(self):
        async with client() as session:
            for resource in (await session.list_resources()).resources:
                contents = (await session.read_resource(resource.uri)).contents
                page = ROOT / str(resource.uri).removeprefix("tunnelog://")
                self.assertEqual([content.text for content in contents], [page.read_text()])


if __name__ == "__main__":
    unittest.main()
