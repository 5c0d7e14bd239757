from .. import Widget as Widget

_instances: dict[str, Widget]
