// Addresses and prefixes as numbers, to find what covers an address.

function addressNumber(text) {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) {
    const bytes = text.split(".").map(Number);
    if (bytes.some((byte) => byte > 255)) return null;
    return { bits: 32, value: bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n) };
  }
  if (!text.includes(":") || !/^[0-9a-f:]+$/i.test(text)) return null;
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const groups = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - groups.reduce((sum, half) => sum + half.length, 0);
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  const all = halves.length === 1 ? groups[0] : [...groups[0], ...Array(missing).fill("0"), ...groups[1]];
  if (all.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return null;
  return { bits: 128, value: all.reduce((sum, group) => sum * 65536n + BigInt(parseInt(group, 16)), 0n) };
}

function parsePrefix(text) {
  const [address, length] = text.split("/");
  const number = addressNumber(address);
  return number && length !== undefined ? { ...number, length: Number(length) } : null;
}

const orders = new Map();

// A text that sorts as the prefix does by number: 10.2.0.0/16 before 10.10.0.0/16.
function orderOf(text) {
  if (!orders.has(text)) {
    const prefix = parsePrefix(text);
    orders.set(text, prefix ? `${prefix.bits === 32 ? 4 : 6} ${prefix.value.toString(16).padStart(32, "0")} ${String(prefix.length).padStart(3, "0")}` : text);
  }
  return orders.get(text);
}

function covers(prefix, address) {
  if (!prefix || prefix.bits !== address.bits) return false;
  const shift = BigInt(prefix.bits - prefix.length);
  return prefix.value >> shift === address.value >> shift;
}

// The networks that hold the address with their longest prefix.
function networksHolding(state, text) {
  const address = addressNumber(text);
  if (!address) return null;
  let longest = -1;
  let found = [];
  for (const holding of state.holdings) {
    for (const prefix of holding.addresses.map(parsePrefix)) {
      if (!covers(prefix, address) || prefix.length < longest || prefix.length === 0) continue;
      if (prefix.length > longest) found = [];
      longest = prefix.length;
      if (!found.includes(holding.network)) found.push(holding.network);
    }
  }
  return found;
}
