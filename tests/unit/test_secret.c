/* Hashes against published vectors; identifiers by their alphabet and by not repeating. */
#include "base/secret.h"

#include <string.h>

/* FIPS 180-4 examples (NIST), and the empty message. */
static void test_sha256(void)
{
	static const struct {
		const char *text, *hex;
	} CASES[] = {
		{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		char hex[SHA256_HEX_SIZE];
		sha256_hex(CASES[i].text, strlen(CASES[i].text), hex);
		g_assert_cmpstr(hex, ==, CASES[i].hex);
		for (gsize cut = 0; cut <= strlen(CASES[i].text); cut++) {
			sha256_hex2(CASES[i].text, cut, CASES[i].text + cut, strlen(CASES[i].text) - cut, hex);
			g_assert_cmpstr(hex, ==, CASES[i].hex);
		}
	}
}

static void test_sha256_bytes(void)
{
	char hex[SHA256_HEX_SIZE];
	sha256_hex("\0\0", 2, hex);
	g_assert_cmpstr(hex, ==, "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7");
	sha256_hex(NULL, 0, hex);
	g_assert_true(g_str_has_prefix(hex, "e3b0c442"));
}

/* RFC 4231, cases 2 and 6 (a key longer than a block). */
static void test_hmac(void)
{
	char long_key[131];
	memset(long_key, 0xaa, sizeof long_key);
	const char *text = "what do ya want for nothing?", *longer = "Test Using Larger Than Block-Size Key - Hash Key First";
	g_autofree char *first = hmac_sha256_base64("Jefe", 4, text, strlen(text));
	g_autofree char *second = hmac_sha256_base64(long_key, sizeof long_key, longer, strlen(longer));
	g_assert_cmpstr(first, ==, "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
	g_assert_cmpstr(second, ==, "YOQxWR7gtn8Niiaqy/W3f44LxiE3KMUUBUYEDw7jf1Q=");
}

static void assert_distinct(char *(*make)(guint), guint size, gsize length, const char *alphabet)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GString) letters = g_string_new(NULL);
	for (int i = 0; i < 2000; i++) {
		char *id = make(size);
		g_assert_cmpuint(strlen(id), ==, length);
		g_assert_cmpuint(strspn(id, alphabet), ==, length);
		g_string_append(letters, id);
		g_assert_true(g_hash_table_add(seen, id));
	}
	for (const char *letter = alphabet; *letter; letter++)
		g_assert_nonnull(strchr(letters->str, *letter));
}

static void test_random_id(void)
{
	assert_distinct(secret_random_id, 16, 16, "0123456789abcdefghjkmnpqrstvwxyz");
	g_autofree char *empty = secret_random_id(0);
	g_assert_cmpstr(empty, ==, "");
}

static void test_random_hex(void)
{
	assert_distinct(secret_random_hex, 16, 32, "0123456789abcdef");
	g_autofree char *empty = secret_random_hex(0);
	g_assert_cmpstr(empty, ==, "");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_assert_true(secret_init());
	g_assert_true(secret_init());
	g_test_add_func("/secret/sha256", test_sha256);
	g_test_add_func("/secret/hmac", test_hmac);
	g_test_add_func("/secret/sha256-bytes", test_sha256_bytes);
	g_test_add_func("/secret/random-id", test_random_id);
	g_test_add_func("/secret/random-hex", test_random_hex);
	return g_test_run();
}
