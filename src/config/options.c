/* Option tables at work: every name in a group is either in its table or reported, every option of the table gets its value, its
 * default or a report that it is missing. Defaults are read by the same code as what people write. */
#include "config/options.h"

#include "base/money.h"
#include "base/text.h"
#include "config/option_values.h"

#include <string.h>

static void read_option(const Option *option, const ConfNode *node, gpointer item, const OptionReader *reader);

void options_complain(const OptionReader *reader, const ConfNode *node, const char *wanted_format, ...)
{
	va_list arguments;
	va_start(arguments, wanted_format);
	g_autofree char *wanted = g_strdup_vprintf(wanted_format, arguments);
	va_end(arguments);
	problems_add(reader->problems, TRUE, reader->origin, node->line, node->path, node->text, "%s", wanted);
}

static const Option *find_option(const Option *table, const char *name)
{
	for (; table->name; table++)
		if (!strcmp(table->name, name))
			return table;
	return NULL;
}

static void complain_of_unknown(const Option *table, const ConfNode *node, const OptionReader *reader)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (const Option *option = table; option->name; option++)
		g_ptr_array_add(names, (gpointer)option->name);
	g_ptr_array_add(names, NULL);
	const char *nearest = text_nearest(node->name, (const char *const *)names->pdata);
	g_autofree char *known = nearest ? NULL : g_strjoinv(", ", (char **)names->pdata);
	problems_add(reader->problems, TRUE, reader->origin, node->line, node->path, node->name, "a known setting: %s%s%s",
	             nearest ? "did you mean \"" : "one of ", nearest ? nearest : known, nearest ? "\"?" : "");
}

static void report_strangers(const Option *table, const ConfNode *group, const OptionReader *reader)
{
	for (guint i = 0; i < group->children->len; i++) {
		const ConfNode *node = g_ptr_array_index(group->children, i);
		const Option *option = find_option(table, node->name);
		if (!option)
			complain_of_unknown(table, node, reader);
		else if (option->type == OPTION_LATER)
			options_complain(reader, node, "nothing here yet: this setting comes with a later version");
	}
}

static gboolean expect_type(const Option *option, const ConfNode *node, ConfType type, const OptionReader *reader)
{
	if (node->type == type && (option->may_be_empty || node->children->len > 0))
		return TRUE;
	g_autofree char *wanted = option_wanted(option);
	options_complain(reader, node, "%s", wanted);
	return FALSE;
}

static void finish(const Option *option, const ConfNode *node, gpointer item, const OptionReader *reader)
{
	if (option->finish)
		option->finish(node, item, reader);
}

static void read_group(const Option *option, const ConfNode *node, gpointer item, const OptionReader *reader)
{
	if (node->type != CONF_GROUP) {
		options_complain(reader, node, "settings in { }");
		return;
	}
	options_read(option->members, node, item, reader);
	finish(option, node, item, reader);
}

/* A list, or a group whose members are named by the writer: an item a child. */
static void read_items(const Option *option, const ConfNode *node, gpointer item, const OptionReader *reader)
{
	GPtrArray *items = *(GPtrArray **)(void *)((char *)item + option->offset);
	if (option->may_be_one && node->type == CONF_GROUP) {
		g_ptr_array_add(items, option->create(NULL));
		read_group(option, node, items->pdata[items->len - 1], reader);
		return;
	}
	if (!expect_type(option, node, option->type == OPTION_LIST ? CONF_LIST : CONF_GROUP, reader))
		return;
	for (guint i = 0; i < node->children->len; i++) {
		const ConfNode *child = g_ptr_array_index(node->children, i);
		gpointer made = option->create(child->name);
		g_ptr_array_add(items, made);
		if (option->type == OPTION_NAMED_LISTS) {
			read_option(option->members, child, made, reader);
			finish(option, child, made, reader);
		} else {
			read_group(option, child, made, reader);
		}
	}
}

/* Whatever a value without an effect may be while it is checked. */
typedef union {
	Money money;
	gint64 seconds;
	guint number;
} Scratch;

/* Only values that own nothing. */
static void read_in_vain(const Option *option, const ConfNode *node, const OptionReader *reader)
{
	const guint errors = problems_error_count(reader->problems);
	Scratch scratch = {0};
	option_value_read(option, node, &scratch, reader);
	if (problems_error_count(reader->problems) == errors)
		problems_add(reader->problems, FALSE, reader->origin, node->line, node->path, node->text,
		             "nothing here yet: the value is taken, but nothing follows from it in this version");
}

static void read_option(const Option *option, const ConfNode *node, gpointer item, const OptionReader *reader)
{
	switch (option->type) {
	case OPTION_GROUP:
		read_group(option, node, item, reader);
		break;
	case OPTION_LIST:
	case OPTION_NAMED:
	case OPTION_NAMED_LISTS:
		read_items(option, node, item, reader);
		break;
	case OPTION_LATER:
		break; /* reported where the group's names were gone through */
	default:
		option_value_read(option, node, item, reader);
	}
}

static void read_initial(const Option *option, gpointer item, const OptionReader *reader)
{
	g_autofree char *text = g_strdup_printf("%s = %s;", option->name, option->initial);
	g_autoptr(ConfNode) root = conf_parse(text, strlen(text), "default", reader->problems);
	g_assert(root);
	read_option(option, conf_at(root, 0), item, reader);
}

static void report_missing(const Option *option, const ConfNode *group, const OptionReader *reader)
{
	g_autofree char *path = g_strconcat(group->path, *group->path ? "." : "", option->name, NULL);
	g_autofree char *wanted = option_wanted(option);
	problems_add(reader->problems, TRUE, reader->origin, group->line, path, NULL, "%s: it is required", wanted);
}

void options_read(const Option *table, const ConfNode *group, gpointer item, const OptionReader *reader)
{
	if (group)
		report_strangers(table, group, reader);
	for (const Option *option = table; option->name; option++) {
		const ConfNode *node = conf_get(group, option->name);
		if (node && option->without_effect)
			read_in_vain(option, node, reader);
		else if (node)
			read_option(option, node, item, reader);
		else if (option->required && group)
			report_missing(option, group, reader);
		else if (option->initial)
			read_initial(option, item, reader);
		else if (option->type == OPTION_GROUP)
			options_read(option->members, NULL, item, reader);
	}
}
