/* Filling in the example files. What is filled in comes from a command line, so it is cleaned and escaped: it can end neither its
 * quotes nor its line. */
#include "config/starting.h"

#include "base/text.h"

#include <string.h>

static char *quoted_text(const char *value)
{
	g_autofree char *clean = text_clean_line(value);
	GString *text = g_string_new(NULL);
	for (const char *p = clean; *p; p++) {
		if (*p == '"' || *p == '\\')
			g_string_append_c(text, '\\');
		g_string_append_c(text, *p);
	}
	return g_string_free(text, FALSE);
}

char *starting_text(const char *example, const char *organisation, const char *state)
{
	const struct {
		const char *name, *value;
	} places[] = {{"@organisation@", organisation}, {"@state@", state}};
	GString *text = g_string_new(NULL);
	while (*example != '\0') {
		guint place = 0;
		while (place < G_N_ELEMENTS(places) && !g_str_has_prefix(example, places[place].name))
			place++;
		if (place == G_N_ELEMENTS(places)) {
			g_string_append_c(text, *example++);
			continue;
		}
		g_autofree char *value = quoted_text(places[place].value);
		g_string_append(text, value);
		example += strlen(places[place].name);
	}
	return g_string_free(text, FALSE);
}
