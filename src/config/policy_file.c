/* policy.conf as a whole: the tables read its parts, here the names by which they refer to each other are checked, and the files
 * it names are found and read. */
#include "config/policy_file.h"

#include "base/text.h"
#include "config/channel_options.h"
#include "config/policy_options.h"
#include "config/rates_file.h"

#include <string.h>

#define FILE_SIZE_MAX (4 * 1024 * 1024)

/* The names of the groups or lists inside, NULL-ended; borrowed from the tree. */
static GPtrArray *names_in(const ConfNode *group)
{
	GPtrArray *names = g_ptr_array_new();
	for (guint i = 0; group && group->type == CONF_GROUP && i < group->children->len; i++)
		g_ptr_array_add(names, ((const ConfNode *)g_ptr_array_index(group->children, i))->name);
	g_ptr_array_add(names, NULL);
	return names;
}

/* `node` names something in `group`, or is reported. */
static void check_reference(const ConfNode *node, const ConfNode *group, const char *what, const OptionReader *reader)
{
	if (!node || node->type != CONF_TEXT || conf_get(group, node->text))
		return;
	g_autoptr(GPtrArray) names = names_in(group);
	const char *const *known = (const char *const *)names->pdata;
	const char *nearest = text_nearest(node->text, known);
	g_autofree char *list = g_strjoinv(", ", (char **)names->pdata);
	if (nearest)
		options_complain(reader, node, "the name of a %s: did you mean \"%s\"?", what, nearest);
	else
		options_complain(reader, node, "the name of a %s%s%s", what, *list ? ": one of " : ", of which there is none",
		                 list);
}

static void settle_default_calendar(Policy *policy, const ConfNode *root, const OptionReader *reader)
{
	const ConfNode *calendars = conf_get(root, "calendars");
	const ConfNode *name = conf_get(root, "default_calendar");
	check_reference(name, calendars, "calendar", reader);
	if (name || !calendars || calendars->type != CONF_GROUP || calendars->children->len == 0)
		return;
	const ConfNode *first = g_ptr_array_index(calendars->children, 0);
	if (calendars->children->len == 1)
		policy->default_calendar = g_strdup(first->name);
	else
		problems_add(reader->problems, TRUE, reader->origin, 0, "default_calendar", NULL,
		             "the name of a calendar: there are several, one of which must be the default");
}

static void check_ladders_of(const ConfNode *chain, const ConfNode *ladders, const OptionReader *reader)
{
	const ConfNode *stages = conf_get(chain, "stages");
	for (guint i = 0; i < conf_length(stages); i++)
		check_reference(conf_get(conf_at(stages, i), "ladder"), ladders, "ladder", reader);
}

/* A pattern that no kind of invoice can fit would make a chain that never matches. */
static void check_kinds_of(const Chain *chain, const ConfNode *node, const OptionReader *reader)
{
	for (guint i = 0; chain->when.kind && i < chain->when.kind->len; i++) {
		const char *pattern = g_ptr_array_index(chain->when.kind, i);
		if (!text_matches(pattern, "invoice") && !text_matches(pattern, "credit-note"))
			options_complain(reader, conf_get(conf_get(node, "when"), "kind"), "invoice or credit-note, not \"%s\"",
			                 pattern);
	}
}

static void check_administrations_of(const Policy *policy, const Chain *chain, const ConfNode *node, const OptionReader *reader)
{
	for (guint i = 0; chain->when.administration && i < chain->when.administration->len; i++) {
		const char *pattern = g_ptr_array_index(chain->when.administration, i);
		gboolean fits = FALSE;
		for (guint j = 0; j < policy->administrations->len && !fits; j++) {
			const Administration *administration = g_ptr_array_index(policy->administrations, j);
			fits = administration->name && text_matches(pattern, administration->name);
		}
		if (!fits)
			options_complain(reader, conf_get(conf_get(node, "when"), "administration"),
			                 "the name of one of administrations, not \"%s\"", pattern);
	}
}

static void check_chains(const Policy *policy, const ConfNode *root, const OptionReader *reader)
{
	const ConfNode *list = conf_get(root, "chains");
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < policy->chains->len; i++) {
		const Chain *chain = g_ptr_array_index(policy->chains, i);
		const ConfNode *node = conf_at(list, i);
		if (chain->name && !g_hash_table_add(seen, chain->name))
			options_complain(reader, conf_get(node, "name"), "a name that no chain above has");
		check_ladders_of(node, conf_get(root, "ladders"), reader);
		check_kinds_of(chain, node, reader);
		check_administrations_of(policy, chain, node, reader);
		if (i + 1 == policy->chains->len && conf_get(node, "when"))
			options_complain(reader, conf_get(node, "when"),
			                 "no when in the last chain, so that every invoice finds one");
	}
}

/* `values` are all that were seen above, without regard to case; `value` joins them, or is reported. */
static void check_unique(GHashTable *values, const char *value, const ConfNode *node, const char *wanted, const OptionReader *reader)
{
	if (value && !g_hash_table_add(values, g_utf8_casefold(value, -1)))
		options_complain(reader, node, "%s", wanted);
}

static void check_buyers_of(const Administration *administration, const ConfNode *node, GHashTable *seen, const OptionReader *reader)
{
	const ConfNode *buyers = conf_get(node, "buyer");
	for (guint i = 0; i < administration->buyers->len; i++) {
		g_autofree char *key = text_key(g_ptr_array_index(administration->buyers, i));
		check_unique(seen, key, conf_length(buyers) > i ? conf_at(buyers, i) : buyers,
		             "an id that is named once: an invoice has one administration", reader);
	}
}

static void check_administrations(const Policy *policy, const ConfNode *root, const OptionReader *reader)
{
	const ConfNode *list = conf_get(root, "administrations");
	g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GHashTable) folders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GHashTable) buyers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < policy->administrations->len; i++) {
		const Administration *administration = g_ptr_array_index(policy->administrations, i);
		const ConfNode *node = conf_at(list, i);
		check_unique(names, administration->name, conf_get(node, "name"), "a name that no administration above has", reader);
		check_unique(folders, administration->folder, conf_get(node, "folder"), "a folder that no administration above has", reader);
		check_buyers_of(administration, node, buyers, reader);
		check_reference(conf_get(node, "calendar"), conf_get(root, "calendars"), "calendar", reader);
		check_reference(conf_get(node, "ladder"), conf_get(root, "ladders"), "ladder", reader);
	}
}

/* `node` is a text of `send`. */
static void check_way(const ConfNode *node, const ConfNode *channels, const OptionReader *reader)
{
	g_autoptr(GPtrArray) names = names_in(channels);
	g_ptr_array_insert(names, 0, (gpointer)"invite");
	g_ptr_array_insert(names, 0, (gpointer)"mail");
	const char *const *known = (const char *const *)names->pdata;
	if (!node || node->type != CONF_TEXT || g_strv_contains(known, node->text))
		return;
	const char *nearest = text_nearest(node->text, known);
	g_autofree char *list = g_strjoinv(", ", (char **)names->pdata);
	if (nearest)
		options_complain(reader, node, "mail, invite or the name of a channel: did you mean \"%s\"?", nearest);
	else
		options_complain(reader, node, "mail, invite or the name of a channel: one of %s", list);
}

static void check_ways(const ConfNode *root, const OptionReader *reader)
{
	const ConfNode *ladders = conf_get(root, "ladders"), *channels = conf_get(root, "channels");
	for (guint i = 0; ladders && ladders->type == CONF_GROUP && i < ladders->children->len; i++) {
		const ConfNode *ladder = g_ptr_array_index(ladders->children, i);
		for (guint j = 0; j < conf_length(ladder); j++) {
			const ConfNode *send = conf_get(conf_at(ladder, j), "send");
			check_way(send, channels, reader);
			for (guint k = 0; k < conf_length(send); k++)
				check_way(conf_at(send, k), channels, reader);
		}
	}
}

static void read_rates(Policy *policy, const ConfNode *node, const OptionReader *reader)
{
	const PolicyFiles *files = reader->context;
	g_autoptr(GError) error = NULL;
	if (!policy->rates_file)
		return;
	if (!files->read) {
		options_complain(reader, node, "no files here");
		return;
	}
	g_autoptr(GBytes) bytes = files->read(policy->rates_file, files->user_data, &error);
	if (!bytes) {
		options_complain(reader, node, "a file of rates that can be read (%s)", error->message);
		return;
	}
	gsize length;
	const char *text = g_bytes_get_data(bytes, &length);
	policy->rates = rates_parse(text, length, policy->rates_file, files->currency, reader->problems);
}

Policy *policy_parse(const char *text, gsize length, const char *origin, const PolicyFiles *files, Problems *problems)
{
	const guint errors_before = problems_error_count(problems);
	g_autoptr(ConfNode) root = conf_parse(text, length, origin, problems);
	if (!root)
		return NULL;
	PolicyFiles beside = files ? *files : (PolicyFiles){0};
	const OptionReader reader = {.origin = origin, .problems = problems, .context = &beside};
	g_autoptr(Policy) policy = policy_new();
	options_read(policy_options(), root, policy, &reader);
	settle_default_calendar(policy, root, &reader);
	check_administrations(policy, root, &reader);
	check_chains(policy, root, &reader);
	check_ways(root, &reader);
	check_reference(conf_get(root, "credit_note_ladder"), conf_get(root, "ladders"), "ladder", &reader);
	read_rates(policy, conf_get(root, "rates"), &reader);
	return problems_error_count(problems) > errors_before ? NULL : g_steal_pointer(&policy);
}

static void add_name(GPtrArray *names, const ConfNode *node)
{
	if (node && node->type == CONF_TEXT && *node->text && !g_ptr_array_find_with_equal_func(names, node->text, g_str_equal, NULL))
		g_ptr_array_add(names, g_strdup(node->text));
}

static void add_names_of(GPtrArray *names, const ConfNode *calendar)
{
	const ConfNode *holidays = conf_get(calendar, "holidays");
	add_name(names, holidays);
	for (guint i = 0; i < conf_length(holidays); i++)
		add_name(names, conf_at(holidays, i));
}

GPtrArray *policy_file_names(const char *text, gsize length)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(ConfNode) root = conf_parse(text, length, "policy", problems);
	const ConfNode *calendars = conf_get(root, "calendars");
	for (guint i = 0; calendars && calendars->type == CONF_GROUP && i < calendars->children->len; i++)
		add_names_of(names, g_ptr_array_index(calendars->children, i));
	add_name(names, conf_get(root, "rates"));
	channel_options_add_files(conf_get(root, "channels"), names);
	return names;
}

GBytes *policy_read_beside(const char *name, gconstpointer path, GError **error)
{
	g_autofree char *directory = g_path_get_dirname(path);
	g_autofree char *file = g_path_is_absolute(name) ? g_strdup(name) : g_build_filename(directory, name, NULL);
	return conf_read_bytes(file, FILE_SIZE_MAX, error);
}
