/* From a node to a value, for each type of option that is no group. Used by options.c alone. */
#ifndef CONFIG_OPTION_VALUES_H
#define CONFIG_OPTION_VALUES_H

#include "config/options.h"

/* Reads the node into the option's field of `item`, or reports what is wrong and leaves it. */
void option_value_read(const Option *option, const ConfNode *node, gpointer item, const OptionReader *reader);

#endif
