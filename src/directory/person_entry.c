/* What an entry says about a person. Everything here was typed by somebody, somewhere: text is cleaned, and what
 * cannot be used counts as not there. */
#include "directory/person_entry.h"
#include "base/error.h"
#include "base/instant.h"
#include "base/text.h"
#include "directory/connection.h"
#include "directory/expiry.h"
#include "directory/filter.h"
#include "directory/language_tags.h"

#include <string.h>

#define GUID_BYTES 16
#define GUID_TEXT  36

#define MAIL_KIND "SMTP:"

#define AUTHORITY_SEVERAL    "(several)"
#define AUTHORITY_UNREADABLE "(unreadable)"

GPtrArray *person_attributes(const Settings *settings)
{
	char *const names[] = {settings->person_id,      settings->person_uid,      settings->person_name,
	                       settings->person_mail,    settings->person_manager,  settings->person_language,
	                       settings->person_country, settings->person_authority, settings->person_expires,
	                       settings->person_deputy,  settings->person_mobile};
	GPtrArray *attributes = g_ptr_array_new();

	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		if (names[i] != NULL && *names[i] != '\0')
			g_ptr_array_add(attributes, names[i]);
	g_ptr_array_add(attributes, NULL);
	return attributes;
}

/* --- objectGUID --- */

/* The place in the bytes of the nth pair of digits: the first three groups are stored with their least byte first
 * ([MS-DTYP] 2.3.4.2). */
static const guint8 GUID_ORDER[GUID_BYTES] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};

static gboolean guid_dash_before(guint pair)
{
	return pair == 4 || pair == 6 || pair == 8 || pair == 10;
}

char *guid_format(GBytes *bytes)
{
	gsize length = 0;
	const guint8 *guid = g_bytes_get_data(bytes, &length);
	GString *text = NULL;

	if (length != GUID_BYTES)
		return NULL;
	text = g_string_sized_new(GUID_TEXT);
	for (guint pair = 0; pair < GUID_BYTES; pair++)
		g_string_append_printf(text, "%s%02x", guid_dash_before(pair) ? "-" : "", guid[GUID_ORDER[pair]]);
	return g_string_free(text, FALSE);
}

gboolean guid_parse(const char *text, guint8 guid[16])
{
	if (strlen(text) != GUID_TEXT)
		return FALSE;
	for (guint pair = 0; pair < GUID_BYTES; pair++) {
		if (guid_dash_before(pair) && *text++ != '-')
			return FALSE;
		int high = g_ascii_xdigit_value(text[0]), low = g_ascii_xdigit_value(text[1]);
		if (high < 0 || low < 0)
			return FALSE;
		guid[GUID_ORDER[pair]] = (guint8)(high << 4 | low);
		text += 2;
	}
	return TRUE;
}

static gboolean id_is_guid(const Settings *settings)
{
	return g_ascii_strcasecmp(settings->person_id, "objectGUID") == 0;
}

char *person_id_filter(const Settings *settings, const char *directory_id)
{
	guint8 guid[GUID_BYTES];

	if (id_is_guid(settings) && guid_parse(directory_id, guid))
		return filter_equals_bytes(settings->person_id, guid, sizeof guid);
	return filter_equals(settings->person_id, directory_id);
}

/* --- language, country, address --- */

/* However many values there are, they are one list. */
static char *read_language(const Entry *entry, const Settings *settings)
{
	g_autoptr(GPtrArray) values = entry_texts(entry, settings->person_language);

	g_ptr_array_add(values, NULL);
	g_autofree char *list = g_strjoinv(",", (char **)values->pdata);
	return language_tags_by_liking(list);
}

/* ISO 3166-1 alpha-2, or nothing: a country's name (as in `co`) is written in as many ways as there are languages. */
static char *read_country(const Entry *entry, const Settings *settings)
{
	g_autofree char *country = entry_line(entry, settings->person_country);

	if (country == NULL || strlen(country) != 2 || !g_ascii_isalpha(country[0]) || !g_ascii_isalpha(country[1]))
		return NULL;
	return g_ascii_strup(country, -1);
}

/* Where it holds addresses of several kinds, each after its kind: "SMTP:" is the one that people write from, "smtp:", "SIP:", "X500:" are others. */
static gboolean mail_has_kinds(const Settings *settings)
{
	return g_ascii_strcasecmp(settings->person_mail, "proxyAddresses") == 0;
}

/* The first value that a mail server would take, and that does not lead back to us. */
static char *read_mail(const Entry *entry, const Settings *settings)
{
	const char *kind = mail_has_kinds(settings) ? MAIL_KIND : "";
	g_autoptr(GPtrArray) values = entry_texts(entry, settings->person_mail);

	for (guint i = 0; i < values->len; i++) {
		const char *value = g_strstrip(g_ptr_array_index(values, i));
		if (!g_str_has_prefix(value, kind))
			continue;
		const char *address = value + strlen(kind);
		if (text_is_mail_address(address) && !settings_is_own_address(settings, address))
			return g_strdup(address);
	}
	return NULL;
}

char *person_mail_value(const Settings *settings, const char *address)
{
	return g_strconcat(mail_has_kinds(settings) ? MAIL_KIND : "", address, NULL);
}

char *person_mail_filter(const Settings *settings, const char *address)
{
	/* Compared without case: their other addresses are found too. */
	g_autofree char *value = person_mail_value(settings, address);

	return filter_equals(settings->person_mail, value);
}

/* What is there but cannot be read stays something, so that it never counts as "none stated": somebody without an authority may be without limit. So do
 * several values: which of them comes first is the server's whim. */
static char *read_authority(const Entry *entry, const Settings *settings)
{
	if (!entry_has(entry, settings->person_authority))
		return NULL;
	if (entry_count(entry, settings->person_authority) > 1)
		return g_strdup(AUTHORITY_SEVERAL);
	char *authority = entry_line(entry, settings->person_authority);
	return authority != NULL ? authority : g_strdup(AUTHORITY_UNREADABLE);
}

static gboolean has_expired(const Entry *entry, const Settings *settings, gint64 now)
{
	g_autofree char *value = entry_line(entry, settings->person_expires);
	const gint64 end = value != NULL ? expiry_read(settings->person_expires, value) : INSTANT_NONE;

	return end != INSTANT_NONE && end <= now;
}

/* By a name in the directory, or by what one logs in with. */
static void read_deputy(const Entry *entry, const Settings *settings, Person *person)
{
	g_autoptr(GPtrArray) values = entry_texts(entry, settings->person_deputy);
	g_autofree char *key = values->len > 0 ? connection_dn_key(g_ptr_array_index(values, 0)) : NULL;

	if (key != NULL)
		person->deputy_dn = g_strdup(g_ptr_array_index(values, 0));
	else
		person->deputy = entry_line(entry, settings->person_deputy);
}

/* --- the whole --- */

static char *read_id(const Entry *entry, const Settings *settings)
{
	gsize length = 0;
	const char *id = entry_value(entry, settings->person_id, &length);

	if (id == NULL || !id_is_guid(settings))
		return id != NULL ? entry_line(entry, settings->person_id) : NULL;
	g_autoptr(GBytes) bytes = g_bytes_new(id, length);
	return guid_format(bytes);
}

Person *person_from_entry(const Entry *entry, const Settings *settings, gint64 now, GError **error)
{
	g_autoptr(Person) person = person_new();
	g_autoptr(GPtrArray) managers = entry_texts(entry, settings->person_manager);

	person->directory_id = read_id(entry, settings);
	if (person->directory_id == NULL) {
		error_set(error, ERROR_CONFIG, "%s: no usable %s: is directory.person.id right, and may our account read it?",
		          entry->dn, settings->person_id);
		return NULL;
	}
	person->dn = g_strdup(entry->dn);
	person->uid = entry_line(entry, settings->person_uid);
	if (person->uid == NULL)
		person->uid = g_strdup(person->directory_id);
	person->name = entry_line(entry, settings->person_name);
	if (person->name == NULL)
		person->name = g_strdup(person->uid);
	person->mail = read_mail(entry, settings);
	person->mobile = settings->person_mobile ? entry_line(entry, settings->person_mobile) : NULL;
	person->language = read_language(entry, settings);
	person->country = read_country(entry, settings);
	person->authority = read_authority(entry, settings);
	person->manager_dn = managers->len > 0 ? g_strdup(g_ptr_array_index(managers, 0)) : NULL;
	person->disabled = has_expired(entry, settings, now);
	read_deputy(entry, settings, person);
	return g_steal_pointer(&person);
}
