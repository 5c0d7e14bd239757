from . import widget as widget
