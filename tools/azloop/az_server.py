"""Runs the installed azure-cli with a stub in the place of a login. AZURE_CONFIG_DIR must hold azureProfile.json.

az_server.py SOCKET loads the command line once, and runs each command that az.py sends in a process of its own.
"""
import json
import os
import runpy
import signal
import socket
import sys

import azure.cli.core._profile as profile

# Loaded here, and so in every process, which takes two of three seconds from each command.
import azure.cli.command_modules.network._help
import azure.cli.command_modules.network._params
import azure.cli.command_modules.network._validators
import azure.cli.command_modules.network.commands
import azure.cli.command_modules.network.custom
import azure.cli.command_modules.resource
import azure.cli.core.aaz
import azure.cli.core.commands
import azure.cli.core.parser
import azure.core.pipeline
import azure.mgmt.core
import azure.mgmt.resource.resources.models
import cryptography.x509
import msal
import requests


class Credential:
    def acquire_token(self, scopes, **_):
        return {"access_token": "stub", "token_type": "Bearer", "expires_in": 3600}


def run(arguments):
    """Runs one command, and gives its exit code."""
    sys.argv = ["az", *arguments]
    try:
        runpy.run_module("azure.cli", run_name="__main__")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def answer(guest):
    data, streams, _, _ = socket.recv_fds(guest, 1 << 20, 3)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    call = json.loads(data)
    os.chdir(call["cwd"])
    os.environ.clear()
    os.environ.update(call["env"])
    code = run(call["argv"])
    sys.stdout.flush()
    sys.stderr.flush()
    guest.sendall(str(code).encode())
    guest.close()
    os._exit(code & 255)


def main():
    profile.Profile._create_credential = lambda *_, **__: Credential()
    door = socket.socket(socket.AF_UNIX)
    door.bind(sys.argv[1])
    door.listen(8)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        guest, _ = door.accept()
        if os.fork():
            guest.close()
            continue
        door.close()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        answer(guest)


main()
