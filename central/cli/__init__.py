"""``totem-central``: the operator's tool. A command loads the heavy libraries that it needs.

    run                             serve totems and the dashboard
    catalogue import FILE           publish a catalogue
    totem create|code|list          totems and their enrolment codes
    subject export|erase            what a customer said of themselves
    audit                           prove the books from the events, or name every difference
    admin reset-password            a new password for an operator

Answers that a program may read go to stdout, everything for people to stderr.
"""

import rich_click as click

from central.cli.admin import admin
from central.cli.audit import audit
from central.cli.catalogue import catalogue
from central.cli.run import run
from central.cli.subject import subject
from central.cli.tamper import tamper
from central.cli.totem import totem


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="totem", prog_name="totem-central")
def main() -> None:
    """Headquarters of a fleet of totems."""


for command in (run, catalogue, totem, subject, audit, admin, tamper):
    main.add_command(command)
