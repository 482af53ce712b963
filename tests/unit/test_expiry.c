/* When an account ends, in the forms that directories have for it. */
#include "directory/expiry.h"
#include "base/instant.h"

typedef struct {
	const char *attribute;
	const char *value;
	gint64 wanted;
} Case;

static const Case CASES[] = {
	/* Units of 100 ns since 1601. */
	{"accountExpires", "0", INSTANT_NONE},
	{"accountExpires", "9223372036854775807", INSTANT_NONE},
	{"accountExpires", "9223372036854775808", INSTANT_NONE},
	{"accountExpires", "9223372036854775806", 910692730085},
	{"accountExpires", "116444736000000000", 0},
	{"ACCOUNTEXPIRES", "132223104000000000", 1577836800},
	{"accountExpires", "132223104009999999", 1577836800},
	{"accountExpires", "1", -11644473600},
	{"accountExpires", "-1", INSTANT_NONE},
	{"accountExpires", "", INSTANT_NONE},
	{"accountExpires", "20261231235959Z", INSTANT_NONE},
	{"accountExpires", "132223104000000000 ", INSTANT_NONE},
	/* Days. */
	{"shadowExpire", "20453", 1767139200},
	{"shadowExpire", "1", 86400},
	{"shadowExpire", "0", INSTANT_NONE},
	{"shadowExpire", "-1", INSTANT_NONE},
	{"shadowexpire", "99999999999999", INSTANT_NONE},
	{"shadowExpire", "never", INSTANT_NONE},
	/* generalizedTime. */
	{"krbPrincipalExpiration", "20200101000000Z", 1577836800},
	{"endDate", "202001010000Z", 1577836800},
	{"endDate", "2020010100Z", 1577836800},
	{"endDate", "20200101000000.0Z", 1577836800},
	{"endDate", "20200101000000,999Z", 1577836800},
	{"endDate", "2020010100.5Z", 1577838600},
	{"endDate", "202001010000.25Z", 1577836815},
	{"endDate", "2020010100.99999999999999999999Z", 1577840399},
	{"endDate", "20200101010000+0100", 1577836800},
	{"endDate", "20191231190000-05", 1577836800},
	{"endDate", "20161231235960Z", 1483228800},
	{"endDate", "20200229000000Z", 1582934400},
	{"endDate", "00010101000000Z", -62135596800},
	{"endDate", "99991231235959Z", 253402300799},
	{"endDate", "20190229000000Z", INSTANT_NONE},
	{"endDate", "20200101Z", INSTANT_NONE},
	{"endDate", "20200101", INSTANT_NONE},
	{"endDate", "2020010100", INSTANT_NONE},
	{"endDate", "20200101000000", INSTANT_NONE},
	{"endDate", "20200101000000Zx", INSTANT_NONE},
	{"endDate", "20200101000000+", INSTANT_NONE},
	{"endDate", "20200101000000+1", INSTANT_NONE},
	{"endDate", "20200101000000+010", INSTANT_NONE},
	{"endDate", "20200101000000+01000", INSTANT_NONE},
	{"endDate", "20200101000000.Z", INSTANT_NONE},
	{"endDate", "20200101240000Z", INSTANT_NONE},
	{"endDate", "20201301000000Z", INSTANT_NONE},
	{"endDate", "20200132000000Z", INSTANT_NONE},
	{"endDate", "00000101000000Z", INSTANT_NONE},
	{"endDate", "2020-01-01", INSTANT_NONE},
	{"endDate", "132223104000000000", INSTANT_NONE},
	{"endDate", "1577836800", INSTANT_NONE},
	{"endDate", "", INSTANT_NONE},
};

static void test_expiry(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		const gint64 instant = expiry_read(CASES[i].attribute, CASES[i].value);
		if (instant != CASES[i].wanted)
			g_test_message("%s: %s", CASES[i].attribute, CASES[i].value);
		g_assert_cmpint(instant, ==, CASES[i].wanted);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/expiry/forms", test_expiry);
	return g_test_run();
}
