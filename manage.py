#!/usr/bin/env python3
"""Django's commands, and `run`. Where PostgreSQL and Redis are embedded, a command finds them running."""

import os
import sys

NEEDS_NO_SERVICE = frozenset(
    {"help", "--help", "--version", "version", "collectstatic", "makemessages", "compilemessages"}
)


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from environs import EnvValidationError  # noqa: PLC0415 -- after the environment is set

    from config import services  # noqa: PLC0415 -- as above

    arguments = sys.argv[1:]
    command = arguments[0] if arguments else "help"
    try:
        if command in {"run", "reset"}:
            from config.launch import main as launch  # noqa: PLC0415 -- only these two need it

            return launch(command)
        from django.core.management import execute_from_command_line  # noqa: PLC0415 -- after the environment is set

        postgres, redis = (False, False) if command in NEEDS_NO_SERVICE else services.wanted()
        with services.running(services.instance(), postgres=postgres, redis=redis):
            execute_from_command_line(sys.argv)
    except services.ServiceError as error:
        services.say(str(error))
        return 1
    except EnvValidationError as error:
        services.say("Réglages à corriger dans l’environnement :")
        faults = error.error_messages
        lines = (
            [f"{name} : {' '.join(told)}" for name, told in faults.items()]
            if isinstance(faults, dict)
            else faults
        )
        services.say("\n".join(f"  {line}" for line in lines))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
