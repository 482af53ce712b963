/* Envelope senders that say which message came back: made, read, and not believed. */
#include "mail/verp.h"
#include <string.h>

static const SecretKey *key_of(gint64 id)
{
	static SecretKey key;
	key.id = id;
	for (guint8 i = 0; i < SECRET_KEY_BYTES; i++)
		key.bytes[i] = i;
	return &key;
}

/* Worked out by another program. */
static void test_mac(void)
{
	g_autofree char *mac = secret_mac(key_of(1), "bounce-address/v1", "m0123abcde", 16);
	g_autofree char *whole = secret_mac(key_of(1), "bounce-address/v1", "m0123abcde", 1000);
	g_autofree char *other = secret_mac(key_of(1), "link/v1", "m0123abcde", 16);
	g_assert_cmpstr(mac, ==, "aaa30w82p7ra7xgv");
	g_assert_cmpstr(whole, ==, "aaa30w82p7ra7xgvakye4gqjz1zrt8ymrppepf3419tj2k9ssw3");
	g_assert_cmpstr(other, !=, mac);
	g_assert_true(secret_equal(mac, "aaa30w82p7ra7xgv"));
	g_assert_false(secret_equal(mac, other));
	g_assert_false(secret_equal(mac, whole));
}

static void test_made(void)
{
	g_autofree char *address = verp_address("bounce@example.nl", "m0123abcde", key_of(33));
	g_assert_cmpstr(address, ==, "bounce+aaa30w82p7ra7xgv11m0123abcde@example.nl");
	g_assert_true(verp_is_true(address, key_of(33)));
	g_autofree char *message = NULL;
	gint64 id = 0;
	g_assert_true(verp_read(address, &message, &id));
	g_assert_cmpstr(message, ==, "m0123abcde");
	g_assert_cmpint(id, ==, 33);
}

/* RFC 5321 gives the local part 64 octets. */
static void test_too_long(void)
{
	g_autofree char *local = g_strnfill(64 - 1 - 18 - 10, 'a');
	g_autofree char *fits = g_strconcat(local, "@example.nl", NULL), *long_one = g_strconcat(local, "a@example.nl", NULL);
	g_autofree char *address = verp_address(fits, "m0123abcde", key_of(1));
	g_assert_cmpint(strchr(address, '@') - address, ==, 64);
	g_assert_null(verp_address(long_one, "m0123abcde", key_of(1)));
	g_assert_null(verp_address("bounce@example.nl", "m0123abcde", key_of(0)));
	g_assert_null(verp_address("bounce@example.nl", "m0123abcde", key_of(1024)));
	g_assert_null(verp_address("no address", "m0123abcde", key_of(1)));
}

static void test_read(void)
{
	static const struct {
		const char *address;
		gboolean has_form, is_true;
	} cases[] = {
		{"bounce+aaa30w82p7ra7xgv11m0123abcde@example.nl", TRUE, TRUE},
		{"BOUNCE+AAA30W82P7RA7XGV11M0123ABCDE@EXAMPLE.NL", TRUE, TRUE}, /* mail servers fold */
		{"other+aaa30w82p7ra7xgv11m0123abcde@example.org", TRUE, TRUE}, /* forwarded to another mailbox */
		{"a+b+aaa30w82p7ra7xgv11m0123abcde@example.nl", TRUE, TRUE},
		{"bounce+aaa30w82p7ra7xgv11m0123abcdf@example.nl", TRUE, FALSE}, /* of another message */
		{"bounce+aaa30w82p7ra7xgv12m0123abcde@example.nl", TRUE, FALSE}, /* of another key */
		{"bounce+0000000000000000" "11m0123abcde@example.nl", TRUE, FALSE},
		{"bounce+aaa30w82p7ra7xgv11@example.nl", FALSE, FALSE},
		{"bounce+aaa30w82p7ra7xgvuum0123abcde@example.nl", FALSE, FALSE}, /* no letter of ours */
		{"bounce+aaa30w82p7ra7xgv11m0123 bcde@example.nl", FALSE, FALSE},
		{"bounce+aaa30w82p7ra7xgv11m0123abcde0123456789012345@example.nl", FALSE, FALSE},
		{"bounce@example.nl", FALSE, FALSE},
		{"bounce+@example.nl", FALSE, FALSE},
		{"aaa30w82p7ra7xgv11m0123abcde", FALSE, FALSE},
		{"", FALSE, FALSE},
		{"@", FALSE, FALSE},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *message = NULL;
		gint64 id;
		g_test_message("%s", cases[i].address);
		g_assert_cmpint(verp_read(cases[i].address, &message, &id), ==, cases[i].has_form);
		g_assert_cmpint(verp_is_true(cases[i].address, key_of(33)), ==, cases[i].is_true);
	}
}

static void test_another_key(void)
{
	SecretKey one, two;
	secret_key_fill(&one);
	secret_key_fill(&two);
	one.id = two.id = 1;
	g_autofree char *address = verp_address("bounce@example.nl", "m0123abcde", &one);
	g_assert_true(verp_is_true(address, &one));
	g_assert_false(verp_is_true(address, &two));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_assert_true(secret_init());
	g_test_add_func("/verp/mac", test_mac);
	g_test_add_func("/verp/made", test_made);
	g_test_add_func("/verp/too-long", test_too_long);
	g_test_add_func("/verp/read", test_read);
	g_test_add_func("/verp/another-key", test_another_key);
	return g_test_run();
}
