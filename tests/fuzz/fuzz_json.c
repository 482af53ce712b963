/* JSON from outside: what is accepted must come back from its canonical form as the same bytes. */
#include "codec/json.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Json) json = js_parse((const char *)bytes, length, &error);
	g_assert_true(!json == !!error);
	if (!json)
		return 0;
	g_autofree char *canonical = js_canonical(json);
	g_autoptr(Json) again = js_parse(canonical, strlen(canonical), NULL);
	g_assert_nonnull(again);
	g_autofree char *canonical_again = js_canonical(again);
	g_assert_cmpstr(canonical, ==, canonical_again);
	g_autofree char *line = js_line(json);
	g_assert_null(strchr(line, '\n'));
	return 0;
}
