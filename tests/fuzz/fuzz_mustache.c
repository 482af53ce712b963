/* A template from outside, rendered with data that has one of everything; it is its own partial. */
#include "codec/mustache.h"

#include <stdint.h>
#include <string.h>

static const char DATA[] = "{\"a\":\"<&>\\n\\\"\",\"b\":{\"c\":1.21,\"d\":null},\"l\":[1,\"x\",{\"a\":2}],\"ll\":[[1,2],[]],\"t\":true,\"f\":false}";

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const Mustache *find_partial(const char *name, gpointer user_data)
{
	return strlen(name) == 1 ? user_data : NULL;
}

static void ignore_message(const gchar *domain, GLogLevelFlags level, const gchar *message, gpointer user_data)
{
	(void)domain;
	(void)level;
	(void)message;
	(void)user_data;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	g_autofree char *text = g_strndup((const char *)bytes, length);
	g_autoptr(GError) error = NULL;
	g_autoptr(Mustache) template = mustache_compile("fuzz", text, &error);
	g_assert_true(!template == !!error);
	if (!template) {
		g_assert_true(g_utf8_validate(error->message, -1, NULL));
		return 0;
	}
	g_log_set_default_handler(ignore_message, NULL); /* being cut off is expected here */
	g_autoptr(Json) data = js_parse(DATA, strlen(DATA), NULL);
	g_autofree char *html = mustache_render(template, data, MUSTACHE_ESCAPE_HTML, find_partial, template);
	g_autofree char *plain = mustache_render(template, data, MUSTACHE_ESCAPE_NONE, NULL, NULL);
	g_autoptr(GArray) tags = mustache_tags(template);
	g_assert_true(tags->len <= length);
	g_assert_true(g_utf8_validate(html, -1, NULL) && g_utf8_validate(plain, -1, NULL));
	return 0;
}
