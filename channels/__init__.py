"""One module or small package per kind of channel, all behind `channels.contract`; sandboxes stand in for vendors."""
