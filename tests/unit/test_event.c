/* Events: the canonical form byte for byte, the chain, side records, and everything that is no event. */
#include "audit/event.h"

#include <string.h>

#include "base/error.h"

#define AT 1798444800 /* 2026-12-28T08:00:00Z */

static Event *decision_new(void)
{
	Event *event = event_new("decision.recorded", AT, "p7", "k3x9");
	event->cause = 41;
	js_object_set_line(event->data, "person", "p7");
	js_object_set_line(event->data, "decision", "approve");
	js_object_set_integer(event->data, "approval", 12);
	return event;
}

/* The hashes are those of: printf '%s%s' PREVIOUS CANONICAL | sha256sum */
static void test_canonical(void)
{
	g_autoptr(Event) event = event_new("policy.applied", AT, NULL, NULL);
	event_seal(event, 1, EVENT_HASH_ZERO);
	g_autofree char *canonical = event_canonical(event);
	g_assert_cmpstr(canonical, ==, "{\"actor\":\"system\",\"at\":\"2026-12-28T08:00:00Z\",\"seq\":1,\"type\":\"policy.applied\"}");
	g_assert_cmpstr(event->hash, ==, "a8dd75e730f8f41e1641a494c61445c5f98361ac259a94c8ffdc7ffcf31cd868");

	g_autoptr(Event) next = decision_new();
	event_seal(next, 42, event->hash);
	g_autofree char *next_canonical = event_canonical(next);
	g_assert_cmpstr(next_canonical, ==,
	                "{\"actor\":\"p7\",\"at\":\"2026-12-28T08:00:00Z\",\"cause\":41,\"data\":{\"approval\":12,\"decision\":\"approve\","
	                "\"person\":\"p7\"},\"invoice\":\"k3x9\",\"seq\":42,\"type\":\"decision.recorded\"}");
	g_assert_cmpstr(next->hash, ==, "1c661bfc5f23c58f1cc10b664bc0737ad78d59b8574d2e0e40e927547324fbeb");
	g_assert_true(event_chain_holds(EVENT_HASH_ZERO, canonical, event->hash));
	g_assert_true(event_chain_holds(event->hash, next_canonical, next->hash));
}

static void test_chain_breaks(void)
{
	g_autoptr(Event) event = decision_new();
	event_seal(event, 2, EVENT_HASH_ZERO);
	g_autofree char *canonical = event_canonical(event);
	g_autofree char *changed = g_strdup(canonical);
	*strstr(changed, "12") = '9';
	g_autofree char *other = g_strdup(event->hash);
	other[63] = other[63] == '0' ? '1' : '0';
	g_autofree char *upper = g_ascii_strup(event->hash, -1);
	g_assert_true(event_chain_holds(EVENT_HASH_ZERO, canonical, event->hash));
	g_assert_false(event_chain_holds(EVENT_HASH_ZERO, changed, event->hash));
	g_assert_false(event_chain_holds(EVENT_HASH_ZERO, canonical, other));
	g_assert_false(event_chain_holds(EVENT_HASH_ZERO, canonical, upper));
	g_assert_false(event_chain_holds(other, canonical, event->hash));
	g_assert_false(event_chain_holds(EVENT_HASH_ZERO, canonical, ""));
	/* the same bytes cut at another place hash the same: a previous hash of another length is none */
	g_autofree char *shifted = g_strconcat("0", canonical, NULL);
	g_assert_false(event_chain_holds(&EVENT_HASH_ZERO[1], shifted, event->hash));
}

static void test_private(void)
{
	g_autoptr(Event) event = decision_new();
	js_object_set_line(event_private(event), "reason", "too\r\nmuch");
	js_object_set_line(event_private(event), "dn", "uid=jan,dc=example");
	event_seal(event, 1, EVENT_HASH_ZERO);
	g_assert_cmpuint(strlen(event->private_salt), ==, 64);
	g_autofree char *hashed = g_strconcat(event->private_salt, "{\"dn\":\"uid=jan,dc=example\",\"reason\":\"too much\"}", NULL);
	char expected[SHA256_HEX_SIZE];
	sha256_hex(hashed, strlen(hashed), expected);
	g_assert_cmpstr(event->private_hash, ==, expected);

	g_autofree char *canonical = event_canonical(event);
	g_assert_nonnull(strstr(canonical, expected));
	g_assert_null(strstr(canonical, "much"));
	g_assert_null(strstr(canonical, event->private_salt));
	g_autofree char *line = event_export(event);
	g_assert_null(strstr(line, "uid=jan"));

	/* erased: the chain holds without it */
	g_clear_pointer(&event->private, js_unref);
	memset(event->private_salt, 0, sizeof event->private_salt);
	g_autofree char *after = event_canonical(event);
	g_assert_true(event_chain_holds(EVENT_HASH_ZERO, after, event->hash));
}

static void test_private_salted(void)
{
	g_autoptr(Event) first = decision_new();
	g_autoptr(Event) second = decision_new();
	js_object_set_line(event_private(first), "reason", "same");
	js_object_set_line(event_private(second), "reason", "same");
	event_seal(first, 1, EVENT_HASH_ZERO);
	event_seal(second, 1, EVENT_HASH_ZERO);
	g_assert_cmpstr(first->private_hash, !=, second->private_hash);
	g_assert_cmpstr(first->hash, !=, second->hash);
}

static void test_private_empty(void)
{
	g_autoptr(Event) event = decision_new();
	js_object_set_line(event_private(event), "reason", NULL);
	event_seal(event, 1, EVENT_HASH_ZERO);
	g_assert_null(event->private);
	g_assert_cmpstr(event->private_hash, ==, "");
	g_autofree char *canonical = event_canonical(event);
	g_assert_null(strstr(canonical, "private"));
}

static void test_hostile_members(void)
{
	g_autoptr(Event) event = event_new("invoice.received", AT, "p\n1", "a\x1b\"\xff");
	js_object_set_line(event->data, "document", "\\u0041\x7f\t<\xc2\x9b>");
	event_seal(event, 1, EVENT_HASH_ZERO);
	g_autofree char *canonical = event_canonical(event);
	g_assert_cmpstr(canonical, ==,
	                "{\"actor\":\"p 1\",\"at\":\"2026-12-28T08:00:00Z\",\"data\":{\"document\":\"\\\\u0041 <>\"},"
	                "\"invoice\":\"a\\\"\xef\xbf\xbd\",\"seq\":1,\"type\":\"invoice.received\"}");
	g_autoptr(GError) error = NULL;
	g_autoptr(Event) read = event_parse(canonical, event->hash, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(read->invoice, ==, "a\"\xef\xbf\xbd");
}

static void test_export(void)
{
	g_autoptr(Event) event = decision_new();
	event_seal(event, 42, EVENT_HASH_ZERO);
	g_autofree char *line = event_export(event);
	g_autofree char *canonical = event_canonical(event);
	g_autoptr(GString) without = g_string_new(line);
	g_autofree char *member = g_strdup_printf("\"hash\":\"%s\",", event->hash);
	g_assert_cmpuint(g_string_replace(without, member, "", 0), ==, 1);
	g_assert_cmpstr(without->str, ==, canonical);
	g_assert_null(strchr(line, '\n'));
}

static void test_parse(void)
{
	g_autoptr(Event) event = decision_new();
	js_object_set_line(event_private(event), "reason", "x");
	event_seal(event, 42, EVENT_HASH_ZERO);
	g_autofree char *canonical = event_canonical(event);
	g_autoptr(GError) error = NULL;
	g_autoptr(Event) read = event_parse(canonical, event->hash, &error);
	g_assert_no_error(error);
	g_assert_cmpint(read->seq, ==, 42);
	g_assert_cmpint(read->at, ==, AT);
	g_assert_cmpint(read->cause, ==, 41);
	g_assert_cmpstr(read->type, ==, "decision.recorded");
	g_assert_cmpstr(read->actor, ==, "p7");
	g_assert_cmpstr(read->invoice, ==, "k3x9");
	g_assert_cmpint(js_object_get_integer(read->data, "approval", 0), ==, 12);
	g_assert_cmpstr(read->private_hash, ==, event->private_hash);
	g_assert_null(read->private);
	g_assert_cmpstr(read->hash, ==, event->hash);
	g_autofree char *again = event_canonical(read);
	g_assert_cmpstr(again, ==, canonical);
}

static void test_parse_refuse(void)
{
	static const char *const CASES[] = {
		"", "{", "[]", "7", "{}",
		"{\"actor\":\"system\",\"at\":\"2026-12-28T08:00:00Z\",\"seq\":1}",
		"{\"actor\":\"system\",\"at\":\"2026-12-28T08:00:00Z\",\"type\":\"x\"}",
		"{\"actor\":\"system\",\"at\":\"2026-12-28T08:00:00Z\",\"seq\":0,\"type\":\"x\"}",
		"{\"actor\":\"system\",\"at\":\"2026-12-28T08:00:00Z\",\"seq\":-1,\"type\":\"x\"}",
		"{\"actor\":\"system\",\"at\":\"2026-12-28T08:00:00Z\",\"seq\":1.5,\"type\":\"x\"}",
		"{\"actor\":\"system\",\"at\":\"2026-12-28T08:00:00Z\",\"seq\":\"1\",\"type\":\"x\"}",
		"{\"actor\":\"system\",\"at\":\"yesterday\",\"seq\":1,\"type\":\"x\"}",
		"{\"actor\":\"system\",\"seq\":1,\"type\":\"x\"}",
		"{\"at\":\"2026-12-28T08:00:00Z\",\"seq\":1,\"type\":\"x\"}",
		"{\"actor\":\"system\",\"at\":\"2026-12-28T09:00:00+01:00\",\"seq\":1,\"type\":\"x\"}",
		"{\"actor\":\"system\",\"at\":\"2026-12-28T08:00:00Z\",\"data\":[],\"seq\":1,\"type\":\"x\"}",
		"{\"actor\":\"system\",\"at\":\"2026-12-28T08:00:00Z\",\"data\":{},\"seq\":1,\"type\":\"x\"}",
		"{\"actor\":\"system\",\"at\":\"2026-12-28T08:00:00Z\",\"cause\":0,\"seq\":1,\"type\":\"x\"}",
		"{\"actor\":\"system\",\"at\":\"2026-12-28T08:00:00Z\",\"private\":\"abc\",\"seq\":1,\"type\":\"x\"}",
		"{\"actor\":\"system\",\"at\":\"2026-12-28T08:00:00Z\",\"more\":1,\"seq\":1,\"type\":\"x\"}",
		"{\"at\":\"2026-12-28T08:00:00Z\",\"actor\":\"system\",\"seq\":1,\"type\":\"x\"}",
		"{\"actor\":\"system\",\"at\":\"2026-12-28T08:00:00Z\",\"seq\":1, \"type\":\"x\"}",
		"{\"actor\":\"system\",\"at\":\"2026-12-28T08:00:00Z\",\"seq\":1,\"type\":\"\\u0078\"}",
		"{\"actor\":\"system\",\"at\":\"2026-12-28T08:00:00Z\",\"seq\":1,\"type\":\"x\\n\"}",
		"{\"actor\":\"system\",\"at\":\"2026-12-28T08:00:00Z\",\"seq\":1,\"seq\":1,\"type\":\"x\"}",
	};
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		g_autoptr(GError) error = NULL;
		if (event_parse(CASES[i], EVENT_HASH_ZERO, &error))
			g_error("taken for an event: %s", CASES[i]);
		g_assert_true(g_error_matches(error, AKKOORD_ERROR, ERROR_BROKEN));
	}
}

static void test_parse_hash(void)
{
	static const char GOOD[] = "{\"actor\":\"system\",\"at\":\"2026-12-28T08:00:00Z\",\"seq\":1,\"type\":\"x\"}";
	static const char *const CASES[] = {"", "0", EVENT_HASH_ZERO "0", "G000000000000000000000000000000000000000000000000000000000000000",
	                                    "A000000000000000000000000000000000000000000000000000000000000000"};
	g_autoptr(Event) event = event_parse(GOOD, EVENT_HASH_ZERO, NULL);
	g_assert_nonnull(event);
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_null(event_parse(GOOD, CASES[i], &error));
		g_assert_true(g_error_matches(error, AKKOORD_ERROR, ERROR_BROKEN));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_assert_true(secret_init());
	g_test_add_func("/event/canonical", test_canonical);
	g_test_add_func("/event/chain-breaks", test_chain_breaks);
	g_test_add_func("/event/private", test_private);
	g_test_add_func("/event/private-salted", test_private_salted);
	g_test_add_func("/event/private-empty", test_private_empty);
	g_test_add_func("/event/hostile-members", test_hostile_members);
	g_test_add_func("/event/export", test_export);
	g_test_add_func("/event/parse", test_parse);
	g_test_add_func("/event/parse-refuse", test_parse_refuse);
	g_test_add_func("/event/parse-hash", test_parse_hash);
	return g_test_run();
}
