/* The policy's channels: their table, and what a channel's settings say together. */
#ifndef CONFIG_CHANNEL_OPTIONS_H
#define CONFIG_CHANNEL_OPTIONS_H

#include "config/options.h"

/* Into a Channel of domain/channel.h; ended by a NULL name. */
extern const Option channel_options[];

gpointer channel_options_create(const char *name);

/* Reads the body's template too: the reader's context is a PolicyFiles. */
void channel_options_finish(const ConfNode *group, gpointer item, const OptionReader *reader);

/* `names` (of char *, freed by it) gets the files that the channels below that node (NULL: none) have for bodies, each once. */
void channel_options_add_files(const ConfNode *channels, GPtrArray *names);

#endif
