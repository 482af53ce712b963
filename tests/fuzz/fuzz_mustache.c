/* Templates: any bytes either compile or are refused with a reason; what compiles renders, also where it is its own partial. */
#include "codec/mustache.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char person[] = "{\"name\":\"A & B\",\"items\":[{\"name\":\"<i>\"},{\"items\":[]}],\"yes\":true,\"no\":false,\"a\":{\"b\":{\"c\":\"d\"}}}";

static const Mustache *itself(const char *name, gpointer user_data)
{
	(void)name;
	return user_data;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	g_autoptr(GError) error = NULL;
	g_autoptr(Mustache) template = mustache_compile("fuzz", text, &error);
	g_assert(template || error);
	if (!template)
		return 0;
	g_autoptr(Json) json = js_parse(person, strlen(person), NULL);
	/* A template that calls itself more than once would double at each of 32 levels. */
	const char *call = strstr(text, ">");
	MustachePartials partials = call && strstr(call + 1, ">") ? NULL : itself;
	g_autofree char *html = mustache_render(template, json, MUSTACHE_ESCAPE_HTML, partials, template);
	g_autofree char *plain = mustache_render(template, json, MUSTACHE_ESCAPE_NONE, NULL, NULL);
	g_autoptr(GPtrArray) names = mustache_names(template);
	g_assert(html && plain && names);
	return 0;
}
