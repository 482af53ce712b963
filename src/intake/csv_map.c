/* Values are checked here only as far as their form is the mapping's; what JSON cannot be an invoice, its own reader says. */
#include "intake/csv_map.h"

#include "base/error.h"
#include "base/money.h"
#include "base/text.h"
#include "base/instant.h"

#include <string.h>

#define SHOWN_MAX 60

struct CsvMap {
	const CsvMapping *mapping;
	CsvMapping *own;                   /* made of the header; NULL */
	GArray *places[CSV_FIELD_COUNT];   /* of guint: columns; NULL */
	GPtrArray *names;                  /* of char *: the header */
};

void csv_map_free(CsvMap *map)
{
	if (!map)
		return;
	for (guint i = 0; i < CSV_FIELD_COUNT; i++)
		g_clear_pointer(&map->places[i], g_array_unref);
	csv_mapping_free(map->own);
	g_ptr_array_unref(map->names);
	g_free(map);
}

/* --- the header --- */

static GPtrArray *header_names(const CsvReader *header)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < csv_reader_count(header); i++)
		g_ptr_array_add(names, text_clean_line(csv_reader_field(header, i, NULL)));
	return names;
}

static gboolean is_name(const char *a, const char *b)
{
	g_autofree char *first = g_utf8_casefold(a, -1), *second = g_utf8_casefold(b, -1);
	return !strcmp(first, second);
}

/* How often the header has a name; *place is the first. */
static guint find_column(const GPtrArray *names, const char *name, guint *place)
{
	guint count = 0;
	for (guint i = names->len; i > 0; i--)
		if (is_name(names->pdata[i - 1], name)) {
			*place = i - 1;
			count++;
		}
	return count;
}

/* How many columns are not there, or not once; `what` names them. */
static guint misfits(const CsvMapping *mapping, const GPtrArray *names, GString *what)
{
	guint lacking = 0;
	for (guint field = 0; field < CSV_FIELD_COUNT; field++) {
		const GPtrArray *columns = mapping->columns[field];
		for (guint i = 0; columns && i < columns->len; i++) {
			guint place, count = find_column(names, columns->pdata[i], &place);
			if (count != 1)
				g_string_append_printf(what, "%s\"%s\"%s", lacking++ ? ", " : "", (char *)columns->pdata[i], count ? " only once" : "");
		}
	}
	return lacking;
}

/* The settings' own names are those of the header, all of them. */
static CsvMapping *own_mapping(const GPtrArray *names, char **lacking)
{
	CsvMapping *mapping = csv_mapping_create(NULL);
	mapping->decimal = g_strdup(".");
	mapping->date = g_strdup("YYYY-MM-DD");
	mapping->credit_notes = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(mapping->credit_notes, g_strdup("credit-note"));
	g_autoptr(GString) unknown = g_string_new(NULL);
	for (guint i = 0; i < names->len; i++) {
		guint field = 0;
		while (field < CSV_FIELD_COUNT && !is_name(names->pdata[i], csv_field_info(field)->name))
			field++;
		if (field == CSV_FIELD_COUNT) {
			g_string_append_printf(unknown, "%s\"%s\"", unknown->len ? ", " : "", (char *)names->pdata[i]);
			continue;
		}
		if (!mapping->columns[field])
			mapping->columns[field] = g_ptr_array_new_with_free_func(g_free);
		g_ptr_array_add(mapping->columns[field], g_strdup(names->pdata[i]));
	}
	*lacking = unknown->len ? g_strdup(unknown->str) : NULL;
	return mapping;
}

static gboolean is_invoice(const CsvMapping *mapping)
{
	return mapping->columns[CSV_NUMBER] && mapping->columns[CSV_SUPPLIER];
}

static CsvMap *map_of(const CsvMapping *mapping, CsvMapping *own, GPtrArray *names)
{
	CsvMap *map = g_new0(CsvMap, 1);
	map->mapping = mapping;
	map->own = own;
	map->names = g_ptr_array_ref(names);
	for (guint field = 0; field < CSV_FIELD_COUNT; field++) {
		const GPtrArray *columns = mapping->columns[field];
		map->places[field] = columns ? g_array_new(FALSE, FALSE, sizeof(guint)) : NULL;
		for (guint i = 0; columns && i < columns->len; i++) {
			guint place = 0;
			find_column(names, columns->pdata[i], &place);
			g_array_append_val(map->places[field], place);
		}
	}
	return map;
}

static CsvMap *map_by_names(GPtrArray *names, guint *lacking, GError **error)
{
	g_autofree char *unknown = NULL;
	CsvMapping *own = own_mapping(names, &unknown);
	const gboolean fits = is_invoice(own);
	*lacking = fits && !unknown ? 0 : fits ? 1 : G_MAXUINT - 1;
	if (!*lacking)
		return map_of(own, own, names);
	csv_mapping_free(own);
	if (fits)
		error_set(error, ERROR_INVALID, "a CSV file whose header row has columns that are not known: %s", unknown);
	else
		error_set(error, ERROR_INVALID, "a CSV file, but no form of intake.csv fits its header row, and it has not the names number, supplier, currency, gross … itself");
	return NULL;
}

CsvMap *csv_map_new(const CsvMapping *mapping, const CsvReader *header, guint *lacking, GError **error)
{
	g_autoptr(GPtrArray) names = header_names(header);
	g_autoptr(GString) what = g_string_new(NULL);
	if (!mapping)
		return map_by_names(names, lacking, error);
	*lacking = misfits(mapping, names, what);
	if (!*lacking)
		return map_of(mapping, NULL, names);
	error_set(error, ERROR_INVALID, "a CSV file whose header row does not fit intake.csv: \"%s\" wants %s", mapping->name, what->str);
	return NULL;
}

guint csv_map_columns(const CsvMap *map)
{
	guint count = 0;
	for (guint field = 0; field < CSV_FIELD_COUNT; field++)
		count += map->places[field] ? map->places[field]->len : 0;
	return count;
}

/* --- values --- */

static void complain(const CsvMap *map, guint place, const char *value, const char *wanted, char **reason)
{
	const gboolean is_long = g_utf8_strlen(value, -1) > SHOWN_MAX;
	g_autofree char *beginning = g_utf8_substring(value, 0, is_long ? SHOWN_MAX : -1), *shown = text_clean_line(beginning), *before = *reason;
	*reason = g_strdup_printf("%s%s%s: found \"%s%s\", wanted %s", before ? before : "", before ? "; " : "", (char *)map->names->pdata[place], shown,
	                          is_long ? "…" : "", wanted);
}

static gboolean read_number(const char **at, gsize digits_least, gsize digits_most, int *number)
{
	gsize count = 0;
	for (*number = 0; count < digits_most && g_ascii_isdigit(**at); count++, (*at)++)
		*number = *number * 10 + g_ascii_digit_value(**at);
	return count >= digits_least;
}

/* A time behind it, as databases write it, does not count. */
static gboolean is_time(const char *text)
{
	return *text == '\0' || (strchr(" T", *text) && strspn(text + 1, "0123456789:.Z+") == strlen(text + 1));
}

static char *date_value(const char *form, const char *value)
{
	int day = 0, month = 0, year = 0;
	const char *at = value;
	gboolean fits = TRUE;
	while (fits && *form) {
		const gsize same = strspn(form, (char[]){*form, '\0'});
		if (*form == 'D' || *form == 'M')
			fits = read_number(&at, same, 2, *form == 'D' ? &day : &month);
		else if (*form == 'Y')
			fits = read_number(&at, same, same, &year);
		else
			fits = strncmp(form, at, same) == 0;
		at += fits && !strchr("DMY", *form) ? same : 0;
		year += *form == 'Y' && same == 2 ? 2000 : 0;
		form += same;
	}
	const Date date = fits && is_time(at) ? date_from_ymd(year, month, day) : DATE_NONE;
	return date_format(date);
}

static gboolean is_grouped(const char *digits, gsize length, char sign)
{
	const char *first = memchr(digits, sign, length);
	if (!first)
		return TRUE;
	if (first == digits || first - digits > 3)
		return FALSE;
	for (gsize i = (gsize)(first - digits); i < length; i += 4)
		if (digits[i] != sign || length - i < 4 || memchr(digits + i + 1, sign, 3))
			return FALSE;
	return TRUE;
}

/* Databases write more zeros than a currency has digits: 1234.5000. */
static void drop_zeros(GString *amount, int digits)
{
	const char *point = strchr(amount->str, '.');
	if (!point)
		return;
	const gsize least = (gsize)(point - amount->str) + (digits > 0 ? 1 + (gsize)digits : 0);
	while (amount->len > least && (amount->str[amount->len - 1] == '0' || amount->str[amount->len - 1] == '.'))
		g_string_truncate(amount, amount->len - 1);
}

/* As JSON has it; NULL: it is none. The sign may stand behind (12,50-), as in SAP. */
static char *amount_value(const CsvMapping *mapping, const char *currency, const char *value)
{
	g_autoptr(GString) digits = g_string_new(value);
	g_autoptr(GString) amount = g_string_new(NULL);
	gsize length = digits->len;
	if (length > 1 && strchr("+-", digits->str[length - 1]))
		g_string_append_c(amount, digits->str[--length]);
	else if (length > 1 && strchr("+-", digits->str[0])) {
		g_string_append_c(amount, digits->str[0]);
		g_string_erase(digits, 0, 1);
		length--;
	}
	g_string_truncate(digits, length);
	const char *decimal = strchr(digits->str, mapping->decimal[0]);
	const gsize whole = decimal ? (gsize)(decimal - digits->str) : length;
	const char group = mapping->grouping ? mapping->grouping[0] : '\0';
	if (group && !is_grouped(digits->str, whole, group))
		return NULL;
	for (gsize i = 0; i < length; i++) {
		if (g_ascii_isdigit(digits->str[i]))
			g_string_append_c(amount, digits->str[i]);
		else if (i == whole)
			g_string_append_c(amount, '.');
		else if (!group || i > whole || digits->str[i] != group)
			return NULL;
	}
	drop_zeros(amount, currency ? currency_exponent(currency) : 2);
	return decimal_parse(amount->str, &(Decimal){0}, NULL) ? g_strdup(amount->str) : NULL;
}

static char *kind_value(const CsvMapping *mapping, const char *value)
{
	for (guint i = 0; i < mapping->credit_notes->len; i++)
		if (is_name(mapping->credit_notes->pdata[i], value))
			return g_strdup("credit-note");
	return g_strdup("invoice");
}

/* --- a row --- */

typedef struct {
	const CsvMap *map;
	const CsvReader *row;
	Json *invoice;
	char **reason;
	const char *currency; /* as it is known already; NULL */
} Row;

static Json *object_for(Json *invoice, const char *name)
{
	if (!name)
		return invoice;
	if (!js_object_get(invoice, name))
		js_object_set(invoice, name, js_object_new());
	return js_object_get(invoice, name);
}

static void add_to_list(Json *invoice, const char *name, const char *value)
{
	if (!js_object_get(invoice, name))
		js_object_set(invoice, name, js_array_new());
	Json *list = js_object_get(invoice, name);
	for (gsize i = 0; i < js_array_length(list); i++)
		if (!strcmp(js_string(js_array_get(list, i)), value))
			return;
	js_array_append_string(list, value);
}

/* The value in the form of JSON; NULL: it has not the form that is wanted, which *wanted then says. */
static char *value_for(const Row *row, CsvFieldKind kind, const char *value, char **wanted)
{
	const CsvMapping *mapping = row->map->mapping;
	g_autofree char *date = NULL;
	switch (kind) {
	case CSV_KIND_DATE:
	case CSV_KIND_DAY:
		date = date_value(mapping->date, value);
		*wanted = g_strdup_printf("a date written %s", mapping->date);
		return date && kind == CSV_KIND_DAY ? g_strconcat(date, "T00:00:00Z", NULL) : g_steal_pointer(&date);
	case CSV_KIND_AMOUNT:
		*wanted = g_strdup_printf("an amount such as 1%s234%s50", mapping->grouping ? mapping->grouping : "", mapping->decimal);
		return amount_value(mapping, row->currency, value);
	case CSV_KIND_KIND:
		return kind_value(mapping, value);
	default:
		return g_strdup(value);
	}
}

static void set_value(const Row *row, CsvField field, const char *value)
{
	const CsvFieldInfo *info = csv_field_info(field);
	Json *object = object_for(row->invoice, info->object);
	const char *before = info->kind == CSV_KIND_TEXT ? js_object_get_string(object, info->member) : NULL;
	g_autofree char *both = before ? g_strconcat(before, " ", value, NULL) : NULL;
	if (info->kind == CSV_KIND_LIST)
		add_to_list(row->invoice, info->member, value);
	else
		js_object_set_string(object, info->member, both ? both : value);
}

/* TRUE where the columns say something, be it wrong. */
static gboolean read_columns(const Row *row, CsvField field)
{
	const GArray *places = row->map->places[field];
	gboolean said = FALSE;
	for (guint i = 0; places && i < places->len; i++) {
		const guint place = g_array_index(places, guint, i);
		g_autofree char *value = g_strdup(csv_reader_field(row->row, place, NULL)), *wanted = NULL;
		g_strstrip(value);
		if (!*value)
			continue;
		g_autofree char *made = value_for(row, csv_field_info(field)->kind, value, &wanted);
		said = TRUE;
		if (made)
			set_value(row, field, made);
		else
			complain(row->map, place, value, wanted, row->reason);
	}
	return said;
}

static void read_field(const Row *row, CsvField field)
{
	const char *constant = row->map->mapping->constants[field];
	if (!read_columns(row, field) && constant)
		set_value(row, field, constant);
}

static gboolean is_clean(const CsvReader *row, char **reason)
{
	for (guint i = 0; i < csv_reader_count(row); i++) {
		gsize length;
		const char *field = csv_reader_field(row, i, &length);
		if (!memchr(field, '\0', length) && g_utf8_validate(field, (gssize)length, NULL))
			continue;
		*reason = g_strdup(memchr(field, '\0', length) ? "holds a NUL byte" : "holds bytes that its encoding has not (intake.csv: encoding)");
		return FALSE;
	}
	return TRUE;
}

Json *csv_map_row(const CsvMap *map, const CsvReader *reader, char **reason)
{
	*reason = NULL;
	if (csv_reader_count(reader) != map->names->len) {
		*reason = g_strdup_printf("has %u columns, the header row %u", csv_reader_count(reader), map->names->len);
		return NULL;
	}
	if (!is_clean(reader, reason))
		return NULL;
	Json *invoice = js_object_new();
	Row row = {map, reader, invoice, reason, NULL};
	read_field(&row, CSV_CURRENCY);
	row.currency = js_object_get_string(invoice, "currency");
	for (guint field = 0; field < CSV_FIELD_COUNT; field++)
		if (field != CSV_CURRENCY)
			read_field(&row, field);
	return invoice;
}

/* --- several rows --- */

static gboolean is_equal(const Json *a, const Json *b)
{
	g_autofree char *first = a ? js_canonical(a) : NULL, *second = b ? js_canonical(b) : NULL;
	return !g_strcmp0(first, second);
}

gboolean csv_map_is_same(const Json *a, const Json *b)
{
	static const char *const told_by[] = {"number", "supplier", "issue_date", "kind", "type_code"};
	for (guint i = 0; i < G_N_ELEMENTS(told_by); i++)
		if (!is_equal(js_object_get(a, told_by[i]), js_object_get(b, told_by[i])))
			return FALSE;
	return js_object_get(a, "number") != NULL;
}

static void copy_list(Json *invoice, const char *name, const Json *list)
{
	for (gsize i = 0; i < js_array_length(list); i++)
		add_to_list(invoice, name, js_string(js_array_get(list, i)));
}

gboolean csv_map_join(Json *invoice, const Json *row, char **reason)
{
	for (guint field = 0; field < CSV_FIELD_COUNT; field++) {
		const CsvFieldInfo *info = csv_field_info(field);
		const char *name = info->object ? info->object : info->member;
		const Json *known = js_object_get(invoice, name), *said = js_object_get(row, name);
		if (info->kind == CSV_KIND_LIST) {
			copy_list(invoice, name, said);
		} else if (!is_equal(known, said)) {
			*reason = g_strdup_printf("%s is another than in the rows of the same invoice before it", name);
			return FALSE;
		}
	}
	return TRUE;
}
