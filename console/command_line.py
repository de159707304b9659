"""The command `relais`: each sub-command is a module, imported only when it is called."""

from __future__ import annotations

import importlib
import importlib.util
import sys

import click

_COMMANDS = {
    "run": "console.commands.run",
    "check": "console.commands.check",
    "import": "console.commands.import_company",
    "setting": "console.commands.setting",
    "export": "console.commands.export_company",
    "holidays": "console.commands.holidays",
    "account": "console.commands.account",
    "password": "console.commands.password",
    "token": "console.commands.token",
    "hold": "console.commands.hold",
    "outbound": "console.commands.outbound",
    "devices": "console.commands.devices",
    "explain": "console.commands.explain",
    "dial-matrix": "console.commands.dial_matrix",
    "calendar": "console.commands.calendar",
    "scenario": "console.commands.scenario",
    "status": "console.commands.status",
    "replay": "console.commands.replay",
    "demo": "console.commands.demo",
}


class LazyCommands(click.Group):
    """Sub-commands by name; one whose module is not there is not listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the commands of this version."""
        return [name for name, module in _COMMANDS.items() if importlib.util.find_spec(module)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        module = _COMMANDS.get(cmd_name)
        if module is None:
            return None
        if not importlib.util.find_spec(module):
            raise click.ClickException(f"`relais {cmd_name}` is not in this version")
        command = importlib.import_module(module).command
        return command if isinstance(command, click.Command) else None

    def invoke(self, ctx: click.Context) -> object:
        """A setting or a database that cannot be used is a message, in every command."""
        from schemas.settings import SettingsRefused

        try:
            return super().invoke(ctx)
        except SettingsRefused as refused:
            raise click.ClickException(str(refused)) from None
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            from store.database import told_unusable

            told = told_unusable(error)
            if not told:
                raise
            raise click.ClickException(told) from None


@click.command(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="relais")
def main() -> None:
    """Relais decides what happens to every call on a FreeSWITCH server."""


if __name__ == "__main__":
    sys.exit(main())
