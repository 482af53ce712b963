/* What of the directory needs no server: filters, names, and what an entry says about a person. */
#include "base/error.h"
#include "directory/connection.h"
#include "directory/filter.h"
#include "directory/members.h"
#include "directory/person_entry.h"

#include <string.h>

/* --- filters --- */

typedef struct {
	const char *value;
	const char *wanted;
} EscapeCase;

static const EscapeCase ESCAPES[] = {
	{"anna", "(uid=anna)"},
	{"", "(uid=)"},
	{"*", "(uid=\\2A)"},
	{"*)(uid=*", "(uid=\\2A\\29\\28uid=\\2A)"},
	{"a\\b", "(uid=a\\5Cb)"},
	{"M\xc3\xbcller", "(uid=M\\C3\\BCller)"},
	{"\xff\xfe", "(uid=\\FF\\FE)"},
	{"a&b|c!d", "(uid=a&b|c!d)"},
};

static void test_escape(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(ESCAPES); i++) {
		g_autofree char *filter = filter_equals("uid", ESCAPES[i].value);
		g_assert_cmpstr(filter, ==, ESCAPES[i].wanted);
	}
	g_autofree char *nul = filter_equals_bytes("x", "a\0b", 3);
	g_assert_cmpstr(nul, ==, "(x=a\\00b)");
}

typedef struct {
	const char *template;
	const char *wanted; /* NULL: an error */
	ErrorKind kind;
	const char *says;
} FillCase;

static const FillCase FILLS[] = {
	{"(ou={cost_centre})", "(ou=IT-100)", 0, NULL},
	{"(&(a={cost_centre})(b={name}))", "(&(a=IT-100)(b=\\2A\\29\\28uid=\\2A))", 0, NULL},
	{"(cn=finance)", "(cn=finance)", 0, NULL},
	{"", "", 0, NULL},
	{"(a={cost_centre}{cost_centre})", "(a=IT-100IT-100)", 0, NULL},
	{"(a=\\7bx\\7d)", "(a=\\7bx\\7d)", 0, NULL},
	/* A value is never a template. */
	{"(a={nested})", "(a={name})", 0, NULL},
	{"(a={order})", NULL, ERROR_NOT_FOUND, "order has no value"},
	{"(a={empty})", NULL, ERROR_NOT_FOUND, "empty has no value"},
	{"(a={})", NULL, ERROR_CONFIG, "in braces"},
	{"(a={cost_centre)", NULL, ERROR_CONFIG, "in braces"},
	{"(a={Cost})", NULL, ERROR_CONFIG, "in braces"},
	{"(a=b})", NULL, ERROR_CONFIG, "in braces"},
	{"(a={", NULL, ERROR_CONFIG, "in braces"},
};

static void test_fill(void)
{
	g_autoptr(GHashTable) values = g_hash_table_new(g_str_hash, g_str_equal);

	g_hash_table_insert(values, (char *)"cost_centre", (char *)"IT-100");
	g_hash_table_insert(values, (char *)"name", (char *)"*)(uid=*");
	g_hash_table_insert(values, (char *)"nested", (char *)"{name}");
	g_hash_table_insert(values, (char *)"empty", (char *)"");
	for (guint i = 0; i < G_N_ELEMENTS(FILLS); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *filter = filter_fill(FILLS[i].template, values, &error);
		g_assert_cmpstr(filter, ==, FILLS[i].wanted);
		if (filter != NULL)
			continue;
		g_assert_error(error, AKKOORD_ERROR, (int)FILLS[i].kind);
		g_assert_nonnull(strstr(error->message, FILLS[i].says));
	}
}

static void test_combine(void)
{
	g_autoptr(GPtrArray) values = g_ptr_array_new();
	g_autofree char *both = filter_and("(a=1)", "b=2");
	const char *const names[] = {"x", "y*", "z"};

	g_assert_cmpstr(both, ==, "(&(a=1)(b=2))");
	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		g_ptr_array_add(values, (char *)names[i]);
	g_autofree char *first = filter_any("uid", values, 0, 2);
	g_autofree char *last = filter_any("uid", values, 2, 2);
	g_assert_cmpstr(first, ==, "(|(uid=x)(uid=y\\2A))");
	g_assert_cmpstr(last, ==, "(|(uid=z))");
}

/* --- names --- */

typedef struct {
	const char *a, *b;
	gboolean same;
} NameCase;

static const NameCase NAMES[] = {
	{"uid=anna,dc=example", "UID=Anna, DC=example", TRUE},
	{"cn=Vries\\, Anna,dc=example", "cn=Vries\\2C Anna,dc=example", TRUE},
	{"cn=Vries\\, Anna,dc=example", "cn=Vries,cn=Anna,dc=example", FALSE},
	{"cn=\"Vries, Anna\",dc=example", "cn=Vries\\, Anna,dc=example", FALSE}, /* RFC 1779's quotes are no DN of LDAPv3 */
	{"cn=M\xc3\xbcller,dc=example", "cn=M\\C3\\BCller,dc=example", TRUE},
	{"cn=a+sn=b,dc=example", "cn=a+sn=b , dc=example", TRUE},
	{"uid=anna,dc=example", "uid=anna,dc=example,dc=nl", FALSE},
};

static void test_names(void)
{
	static const char *const NONE[] = {"", "anna", "uid=anna,", ",", "=x", "uid=anna,,dc=x", "*)(uid=*"};

	for (guint i = 0; i < G_N_ELEMENTS(NAMES); i++) {
		g_autofree char *a = connection_dn_key(NAMES[i].a);
		g_autofree char *b = connection_dn_key(NAMES[i].b);
		g_assert_true((g_strcmp0(a, b) == 0) == NAMES[i].same);
	}
	for (guint i = 0; i < G_N_ELEMENTS(NONE); i++)
		g_assert_null(connection_dn_key(NONE[i]));
}

typedef struct {
	const char *uri;
	gboolean starttls;
	BindMethod method;
	gboolean usable;
} AddressCase;

static const AddressCase ADDRESSES[] = {
	{"ldaps://ldap.example.nl", FALSE, BIND_SIMPLE, TRUE},
	{"ldaps://ldap.example.nl:1636", FALSE, BIND_SIMPLE, TRUE},
	{"ldap://ldap.example.nl", TRUE, BIND_SIMPLE, TRUE},
	{"ldap://ldap.example.nl", FALSE, BIND_NONE, TRUE},
	{"ldap://127.0.0.1:1389", FALSE, BIND_SIMPLE, TRUE},
	{"ldap://[::1]:1389", FALSE, BIND_SIMPLE, TRUE},
	{"ldap://localhost", FALSE, BIND_SIMPLE, TRUE},
	{"ldapi://%2Frun%2Fldapi", FALSE, BIND_EXTERNAL, TRUE},
	{"ldap://ldap.example.nl", FALSE, BIND_GSSAPI, TRUE},
	{"ldap://ldap.example.nl", FALSE, BIND_SIMPLE, FALSE},
	{"ldap://127.0.0.1.example.nl", FALSE, BIND_SIMPLE, FALSE},
	{"ldap://localhost.example.nl", FALSE, BIND_SIMPLE, FALSE},
	{"https://ldap.example.nl", FALSE, BIND_SIMPLE, FALSE},
	{"ldap.example.nl", FALSE, BIND_SIMPLE, FALSE},
	{"ldaps://ldap.example.nl/dc=example,dc=nl", FALSE, BIND_SIMPLE, FALSE},
	{"", FALSE, BIND_SIMPLE, FALSE},
	/* libldap takes these, but what asks for TLS would not know them. */
	{"LDAP://ldap.example.nl", TRUE, BIND_SIMPLE, FALSE},
	{"URL:ldap://ldap.example.nl", TRUE, BIND_SIMPLE, FALSE},
	{"<ldap://ldap.example.nl>", TRUE, BIND_SIMPLE, FALSE},
	{"ldaps://ldap.example.nl ldap://ldap.example.nl", FALSE, BIND_SIMPLE, FALSE},
	{"ldap://127.0.0.1,ldap.example.nl", FALSE, BIND_SIMPLE, FALSE},
};

static void test_addresses(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(ADDRESSES); i++) {
		const ConnectionTerms terms = {.method = ADDRESSES[i].method, .starttls = ADDRESSES[i].starttls};
		g_autoptr(GError) error = NULL;
		g_test_message("%s", ADDRESSES[i].uri);
		g_assert_cmpint(connection_check_uri(ADDRESSES[i].uri, &terms, &error), ==, ADDRESSES[i].usable);
		if (!ADDRESSES[i].usable)
			g_assert_error(error, AKKOORD_ERROR, ERROR_CONFIG);
	}
}

/* --- people --- */

#define NOW 1577836800 /* 2020-01-01T00:00:00Z */

static Settings settings_default(void)
{
	return (Settings){
		.person_id = (char *)"entryUUID",
		.person_uid = (char *)"uid",
		.person_name = (char *)"cn",
		.person_mail = (char *)"mail",
		.person_manager = (char *)"manager",
		.person_language = (char *)"preferredLanguage",
		.person_country = (char *)"c",
		.person_authority = (char *)"employeeType",
		.group_member = (char *)"member",
	};
}

static void add_text(Entry *entry, const char *name, const char *value)
{
	entry_add(entry, name, value, strlen(value));
}

static void test_person(void)
{
	const Settings settings = settings_default();
	g_autoptr(Entry) entry = entry_new("uid=lucia,dc=example");

	add_text(entry, "entryuuid", "0c2b");
	add_text(entry, "UID", "lucia");
	add_text(entry, "cn",
	         "  Luc\xc3\xad"
	         "a\r\nGarc\xc3\xad"
	         "a\x07 ");
	add_text(entry, "cn", "Lucy");
	add_text(entry, "mail", "not an address");
	add_text(entry, "mail", "x@y.example\r\nBcc: all@y.example");
	add_text(entry, "mail", "lucia@voorbeeld.example");
	add_text(entry, "manager", "cn=Vries\\, Anna,dc=example");
	add_text(entry, "preferredLanguage", "es-ES");
	add_text(entry, "c", "es");
	add_text(entry, "title", "not asked for");
	g_autoptr(Person) person = person_from_entry(entry, &settings, NOW, NULL);
	g_assert_nonnull(person);
	g_assert_cmpstr(person->directory_id, ==, "0c2b");
	g_assert_cmpstr(person->uid, ==, "lucia");
	g_assert_cmpstr(person->dn, ==, "uid=lucia,dc=example");
	g_assert_cmpstr(person->name, ==,
	                "Luc\xc3\xad"
	                "a Garc\xc3\xad"
	                "a");
	g_assert_cmpstr(person->mail, ==, "lucia@voorbeeld.example");
	g_assert_cmpstr(person->manager_dn, ==, "cn=Vries\\, Anna,dc=example");
	g_assert_cmpstr(person->language, ==, "es");
	g_assert_cmpstr(person->country, ==, "ES");
	g_assert_null(person->authority);
	g_assert_false(person->disabled);
}

static void test_person_with_little(void)
{
	const Settings settings = settings_default();
	g_autoptr(GError) error = NULL;
	g_autoptr(Entry) entry = entry_new("cn=x,dc=example");

	g_assert_null(person_from_entry(entry, &settings, NOW, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_CONFIG);
	g_assert_nonnull(strstr(error->message, "entryUUID"));

	add_text(entry, "entryUUID", "77");
	add_text(entry, "c", "Netherlands");
	entry_add(entry, "cn", "a\0b", 3);
	entry_add(entry, "mail", "", 0);
	g_autoptr(Person) person = person_from_entry(entry, &settings, NOW, NULL);
	g_assert_cmpstr(person->uid, ==, "77");
	g_assert_cmpstr(person->name, ==, "77");
	g_assert_null(person->mail);
	g_assert_null(person->country);
	g_assert_null(person->language);
	g_assert_null(person->manager_dn);
}

/* What stands there never looks like "none stated", which may mean "without limit". */
static void test_authority(void)
{
	static const struct {
		const char *values[3];
		const char *wanted;
	} CASES[] = {
		{{NULL}, NULL},
		{{"5000.00 EUR"}, "5000.00 EUR"},
		{{" 5000.00\tEUR\n"}, "5000.00 EUR"},
		{{"5.000,00 EUR"}, "5.000,00 EUR"},
		{{""}, "(unreadable)"},
		{{"\x01\x02"}, "(unreadable)"},
		{{"\xe2\x80\x8f"}, "\xe2\x80\x8f"},
		{{"5000.00 EUR", "999999999.00 EUR"}, "(several)"},
		{{"5000.00 EUR", "5000.00 EUR"}, "(several)"},
	};
	const Settings settings = settings_default();

	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		g_autoptr(Entry) entry = entry_new("uid=x,dc=example");
		add_text(entry, "entryUUID", "1");
		for (guint value = 0; CASES[i].values[value] != NULL; value++)
			add_text(entry, "employeeType", CASES[i].values[value]);
		g_autoptr(Person) person = person_from_entry(entry, &settings, NOW, NULL);
		g_assert_cmpstr(person->authority, ==, CASES[i].wanted);
	}
	g_autoptr(Entry) binary = entry_new("uid=x,dc=example");
	add_text(binary, "entryUUID", "1");
	entry_add(binary, "employeeType", "1\0", 2);
	g_autoptr(Person) person = person_from_entry(binary, &settings, NOW, NULL);
	g_assert_cmpstr(person->authority, ==, "(unreadable)");
}

static void test_languages(void)
{
	const Settings settings = settings_default();
	g_autoptr(Entry) entry = entry_new("uid=x,dc=example");

	add_text(entry, "entryUUID", "1");
	add_text(entry, "preferredLanguage", "sv;q=0.5");
	add_text(entry, "PREFERREDLANGUAGE", "nl-BE");
	entry_add(entry, "preferredLanguage", "fr\0", 3);
	g_autoptr(Person) person = person_from_entry(entry, &settings, NOW, NULL);
	g_assert_cmpstr(person->language, ==, "nl, sv");
}

static void test_expired(void)
{
	static const struct {
		const char *attribute;
		const char *value;
		gboolean wanted;
	} CASES[] = {
		{"accountExpires", "132223104000000000", TRUE},
		{"accountExpires", "132223104010000000", FALSE},
		{"accountExpires", "0", FALSE},
		{"krbPrincipalExpiration", "20191231235959Z", TRUE},
		{"krbPrincipalExpiration", " 20191231235959Z ", TRUE},
		{"krbPrincipalExpiration", "20200101000001Z", FALSE},
		{"krbPrincipalExpiration", "soon", FALSE},
		{"shadowExpire", "18262", TRUE},
		{"shadowExpire", "18263", FALSE},
	};

	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		Settings settings = settings_default();
		g_autoptr(Entry) entry = entry_new("uid=x,dc=example");
		settings.person_expires = (char *)CASES[i].attribute;
		add_text(entry, "entryUUID", "1");
		g_autoptr(Person) unlimited = person_from_entry(entry, &settings, NOW, NULL);
		g_assert_false(unlimited->disabled);
		add_text(entry, CASES[i].attribute, CASES[i].value);
		g_autoptr(Person) person = person_from_entry(entry, &settings, NOW, NULL);
		g_assert_cmpint(person->disabled, ==, CASES[i].wanted);
		settings.person_expires = NULL;
		g_autoptr(Person) unasked = person_from_entry(entry, &settings, NOW, NULL);
		g_assert_false(unasked->disabled);
	}
}

static void test_deputy(void)
{
	static const struct {
		const char *value;
		const char *dn;
		const char *uid;
	} CASES[] = {
		{"uid=anna,dc=example", "uid=anna,dc=example", NULL},
		{"CN=Vries\\, Anna de,OU=Staff,DC=example", "CN=Vries\\, Anna de,OU=Staff,DC=example", NULL},
		{" anna\n", NULL, "anna"},
		{"", NULL, NULL},
		{"Anna de Vries", NULL, "Anna de Vries"},
	};
	Settings settings = settings_default();

	settings.person_deputy = (char *)"secretary";
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		g_autoptr(Entry) entry = entry_new("uid=x,dc=example");
		add_text(entry, "entryUUID", "1");
		add_text(entry, "secretary", CASES[i].value);
		g_autoptr(Person) person = person_from_entry(entry, &settings, NOW, NULL);
		g_assert_cmpstr(person->deputy_dn, ==, CASES[i].dn);
		g_assert_cmpstr(person->deputy, ==, CASES[i].uid);
	}
}

/* Exchange's list of all the addresses that somebody has. */
static void test_proxy_addresses(void)
{
	static const char *const OTHERS[] = {"smtp:b@x.example", "X500:/o=x/cn=b", "SIP:b@sip.example", "b@bare.example", "SMTP:not an address"};
	Settings settings = settings_default();
	g_autoptr(Entry) entry = entry_new("uid=x,dc=example");

	settings.person_mail = (char *)"proxyaddresses";
	add_text(entry, "entryUUID", "1");
	add_text(entry, "mail", "b@mail.example");
	for (guint i = 0; i < G_N_ELEMENTS(OTHERS); i++)
		add_text(entry, "proxyAddresses", OTHERS[i]);
	g_autoptr(Person) without = person_from_entry(entry, &settings, NOW, NULL);
	g_assert_null(without->mail);
	add_text(entry, "proxyAddresses", "SMTP:b.primary@x.example");
	add_text(entry, "proxyAddresses", "SMTP:b.second@x.example");
	g_autoptr(Person) person = person_from_entry(entry, &settings, NOW, NULL);
	g_assert_cmpstr(person->mail, ==, "b.primary@x.example");
	g_autofree char *filter = person_mail_filter(&settings, "b*@x.example");
	g_assert_cmpstr(filter, ==, "(proxyaddresses=SMTP:b\\2A@x.example)");
	settings.person_mail = (char *)"mail";
	g_autofree char *plain = person_mail_filter(&settings, "b@x.example");
	g_assert_cmpstr(plain, ==, "(mail=b@x.example)");
}

/* Bytes and text as in [MS-DTYP] 2.3.4.2: the first three groups are stored with their least byte first. */
static void test_guid(void)
{
	static const guint8 BYTES[16] = {0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66,
	                                 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};
	static const char *const TEXT = "00112233-4455-6677-8899-aabbccddeeff";
	static const char *const NONE[] = {"", "00112233", "00112233-4455-6677-8899-aabbccddeeffx",
	                                   "00112233-4455-6677-8899-aabbccddeefg", "0011223344556677-8899-aabbccddeeff00"};
	Settings settings = settings_default();
	guint8 guid[16];

	settings.person_id = (char *)"objectguid";
	g_autoptr(Entry) entry = entry_new("cn=anna,dc=example");
	entry_add(entry, "objectGUID", BYTES, sizeof BYTES);
	g_autoptr(Person) person = person_from_entry(entry, &settings, NOW, NULL);
	g_assert_cmpstr(person->directory_id, ==, TEXT);
	g_assert_true(guid_parse(TEXT, guid));
	g_assert_true(memcmp(guid, BYTES, sizeof guid) == 0);
	g_autofree char *filter = person_id_filter(&settings, TEXT);
	g_assert_cmpstr(filter, ==, "(objectguid=3\"\\11\\00UDwf\\88\\99\\AA\\BB\\CC\\DD\\EE\\FF)");
	for (guint i = 0; i < G_N_ELEMENTS(NONE); i++)
		g_assert_false(guid_parse(NONE[i], guid));

	g_autoptr(Entry) broken = entry_new("cn=anna,dc=example");
	entry_add(broken, "objectGUID", BYTES, 15);
	g_assert_null(person_from_entry(broken, &settings, NOW, NULL));
}

static void test_attributes(void)
{
	Settings settings = settings_default();

	settings.person_country = NULL;
	settings.person_manager = (char *)"";
	settings.person_expires = (char *)"shadowExpire";
	settings.person_deputy = (char *)"secretary";
	g_autoptr(GPtrArray) names = person_attributes(&settings);
	g_autofree char *joined = g_strjoinv(" ", (char **)names->pdata);
	g_assert_cmpstr(joined, ==, "entryUUID uid cn mail preferredLanguage employeeType shadowExpire secretary");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/directory/filter/escape", test_escape);
	g_test_add_func("/directory/filter/fill", test_fill);
	g_test_add_func("/directory/filter/combine", test_combine);
	g_test_add_func("/directory/names", test_names);
	g_test_add_func("/directory/addresses", test_addresses);
	g_test_add_func("/directory/person", test_person);
	g_test_add_func("/directory/authority", test_authority);
	g_test_add_func("/directory/languages", test_languages);
	g_test_add_func("/directory/person-with-little", test_person_with_little);
	g_test_add_func("/directory/guid", test_guid);
	g_test_add_func("/directory/expired", test_expired);
	g_test_add_func("/directory/deputy", test_deputy);
	g_test_add_func("/directory/proxy-addresses", test_proxy_addresses);
	g_test_add_func("/directory/attributes", test_attributes);
	return g_test_run();
}
