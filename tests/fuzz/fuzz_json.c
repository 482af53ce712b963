/* JSON from outside: what is read is written canonically, and that reads back as the same. */
#include "codec/json.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Json) json = js_parse((const char *)data, size, &error);
	g_assert(json || error);
	if (!json)
		return 0;
	g_autofree char *first = js_canonical(json);
	g_autoptr(Json) again = js_parse(first, strlen(first), NULL);
	g_assert(again);
	g_autofree char *second = js_canonical(again);
	g_assert_cmpstr(first, ==, second);
	return 0;
}
