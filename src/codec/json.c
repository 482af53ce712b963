/* JSON values on jansson, which no other file sees. What is set here is clean: valid UTF-8 without control characters
 * (setters), so that what is written canonically is the same bytes in every implementation of RFC 8785. */
#include "codec/json.h"

#include <jansson.h>
#include <string.h>

#include "base/error.h"
#include "base/instant.h"
#include "base/text.h"

#define DEPTH_MAX 64
#define DEPTH_MAX_TEXT G_STRINGIFY(DEPTH_MAX)
#define INTEGER_MAX ((G_GINT64_CONSTANT(1) << 53) - 1)

Json *js_object_new(void)
{
	return json_object();
}

Json *js_array_new(void)
{
	return json_array();
}

/* Control characters (C0, DEL, C1) go; TAB and line ends stay, or become blanks. CR never stays. */
static char *clean_string(const char *text, gboolean one_line)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	GString *clean = g_string_new(NULL);
	for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
		const gunichar c = g_utf8_get_char(p);
		if (!g_unichar_iscntrl(c) || (!one_line && (c == '\n' || c == '\t')))
			g_string_append_unichar(clean, c);
		else if (one_line && (c == '\n' || c == '\t' || (c == '\r' && p[1] != '\n')))
			g_string_append_c(clean, ' ');
	}
	return g_string_free(clean, FALSE);
}

static Json *new_clean_string(const char *text, gboolean one_line)
{
	if (text_is_plain(text))
		return json_string_nocheck(text);
	g_autofree char *clean = clean_string(text, one_line);
	return json_string(clean);
}

Json *js_string_new(const char *text)
{
	return text ? new_clean_string(text, FALSE) : NULL;
}

Json *js_integer_new(gint64 value)
{
	g_return_val_if_fail(value <= INTEGER_MAX && value >= -INTEGER_MAX, NULL);
	return json_integer(value);
}

Json *js_ref(Json *json)
{
	return json_incref(json);
}

void js_unref(Json *json)
{
	json_decref(json);
}

void js_object_set(Json *object, const char *key, Json *value)
{
	if (value)
		json_object_set_new(object, key, value);
}

void js_object_set_string(Json *object, const char *key, const char *value)
{
	js_object_set(object, key, js_string_new(value));
}

void js_object_set_line(Json *object, const char *key, const char *value)
{
	js_object_set(object, key, value ? new_clean_string(value, TRUE) : NULL);
}

void js_object_set_integer(Json *object, const char *key, gint64 value)
{
	js_object_set(object, key, js_integer_new(value));
}

void js_object_set_boolean(Json *object, const char *key, gboolean value)
{
	js_object_set(object, key, json_boolean(value));
}

void js_object_set_instant(Json *object, const char *key, gint64 instant)
{
	g_autofree char *text = instant_format(instant);
	js_object_set_string(object, key, text);
}

void js_array_append(Json *array, Json *value)
{
	if (value)
		json_array_append_new(array, value);
}

void js_array_append_string(Json *array, const char *value)
{
	js_array_append(array, js_string_new(value));
}

Json *js_object_get(const Json *object, const char *key)
{
	return json_object_get(object, key);
}

const char *js_object_get_string(const Json *object, const char *key)
{
	return js_string(js_object_get(object, key));
}

gint64 js_object_get_integer(const Json *object, const char *key, gint64 fallback)
{
	return js_integer(js_object_get(object, key), fallback);
}

gboolean js_object_get_boolean(const Json *object, const char *key)
{
	return json_is_true(js_object_get(object, key));
}

gint64 js_object_get_instant(const Json *object, const char *key)
{
	const char *text = js_object_get_string(object, key);
	gint64 instant = INSTANT_NONE;
	if (text)
		instant_parse(text, &instant, NULL);
	return instant;
}

gboolean js_is_object(const Json *json)
{
	return json_is_object(json);
}

gboolean js_is_array(const Json *json)
{
	return json_is_array(json);
}

gboolean js_is_string(const Json *json)
{
	return json_is_string(json);
}

gboolean js_is_set(const Json *json)
{
	return json && !json_is_null(json) && !json_is_false(json);
}

const char *js_string(const Json *json)
{
	return json_string_value(json);
}

gint64 js_integer(const Json *json, gint64 fallback)
{
	return json_is_integer(json) ? json_integer_value(json) : fallback;
}

gsize js_object_size(const Json *object)
{
	return json_object_size(object);
}

gsize js_array_length(const Json *array)
{
	return json_array_size(array);
}

Json *js_array_get(const Json *array, gsize index)
{
	return json_array_get(array, index);
}

/* The fewest digits that read back as the same number. */
static char *real_text(double value)
{
	char digits[G_ASCII_DTOSTR_BUF_SIZE];
	for (int precision = 1; precision <= 17; precision++) {
		const char format[] = {'%', '.', (char)('0' + precision / 10), (char)('0' + precision % 10), 'g', '\0'};
		g_ascii_formatd(digits, sizeof digits, format, value);
		if (g_ascii_strtod(digits, NULL) == value)
			break;
	}
	return g_strdup(digits);
}

char *js_scalar_text(const Json *json)
{
	if (json_is_string(json))
		return g_strdup(json_string_value(json));
	if (json_is_integer(json))
		return g_strdup_printf("%" G_GINT64_FORMAT, (gint64)json_integer_value(json));
	if (json_is_real(json))
		return real_text(json_real_value(json));
	if (json_is_boolean(json))
		return g_strdup(json_is_true(json) ? "true" : "false");
	return NULL;
}

static gint compare_keys(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void js_object_foreach(const Json *object, JsonMemberFunc visit, gpointer user_data)
{
	g_autoptr(GPtrArray) keys = g_ptr_array_new();
	Json *members = (Json *)object; /* jansson's iterators take no const */
	for (void *i = json_object_iter(members); i; i = json_object_iter_next(members, i))
		g_ptr_array_add(keys, (gpointer)json_object_iter_key(i));
	g_ptr_array_sort(keys, compare_keys);
	for (guint i = 0; i < keys->len; i++)
		visit(keys->pdata[i], json_object_get(object, keys->pdata[i]), user_data);
}

static int append_output(const char *bytes, size_t length, void *output)
{
	g_string_append_len(output, bytes, (gssize)length);
	return 0;
}

/* RFC 8785, 3.2.2.2: the two-letter escapes where there are such, lower-case hex for the other control characters, no other escapes. */
static void append_escaped(GString *text, guchar c)
{
	static const char letters[] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r', ['"'] = '"', ['\\'] = '\\'};

	if (letters[c] != '\0') {
		g_string_append_c(text, '\\');
		g_string_append_c(text, letters[c]);
	} else {
		g_string_append_printf(text, "\\u%04x", c);
	}
}

static void append_string(GString *text, const char *value)
{
	const char *run = value, *p = value;
	g_string_append_c(text, '"');
	for (; *p; p++) {
		if ((guchar)*p >= 0x20 && *p != '"' && *p != '\\')
			continue;
		g_string_append_len(text, run, p - run);
		append_escaped(text, (guchar)*p);
		run = p + 1;
	}
	g_string_append_len(text, run, p - run);
	g_string_append_c(text, '"');
}

static void append_canonical(GString *text, const Json *json);

static void append_member(const char *key, Json *value, gpointer user_data)
{
	GString *text = user_data;
	if (text->str[text->len - 1] != '{')
		g_string_append_c(text, ',');
	append_string(text, key);
	g_string_append_c(text, ':');
	append_canonical(text, value);
}

static void append_elements(GString *text, const Json *array)
{
	for (gsize i = 0; i < json_array_size(array); i++) {
		if (i > 0)
			g_string_append_c(text, ',');
		append_canonical(text, json_array_get(array, i));
	}
}

/* Written here since jansson's own writer, which guards against values that hold themselves, takes three times as long: every event is written twice. */
static void append_canonical(GString *text, const Json *json)
{
	if (json_is_object(json)) {
		g_string_append_c(text, '{');
		js_object_foreach(json, append_member, text);
		g_string_append_c(text, '}');
	} else if (json_is_array(json)) {
		g_string_append_c(text, '[');
		append_elements(text, json);
		g_string_append_c(text, ']');
	} else if (json_is_string(json)) {
		append_string(text, json_string_value(json));
	} else {
		json_dump_callback(json, append_output, text, JSON_ENCODE_ANY);
	}
}

char *js_canonical(const Json *json)
{
	GString *text = g_string_sized_new(512);
	append_canonical(text, json);
	return g_string_free(text, FALSE);
}

char *js_line(const Json *json)
{
	GString *text = g_string_new(NULL);
	json_dump_callback(json, append_output, text, JSON_COMPACT | JSON_ENCODE_ANY);
	return g_string_free(text, FALSE);
}

/* Where the text nests deeper than DEPTH_MAX (jansson itself allows thousands), else NULL. */
static const char *find_too_deep(const char *text, gsize length)
{
	gboolean in_string = FALSE;
	int depth = 0;
	for (const char *p = text; p < text + length; p++) {
		if (in_string && *p == '\\') {
			p++;
		} else if (*p == '"') {
			in_string = !in_string;
		} else if (!in_string && (*p == '[' || *p == '{')) {
			if (++depth > DEPTH_MAX)
				return p;
		} else if (!in_string && (*p == ']' || *p == '}')) {
			depth--;
		}
	}
	return NULL;
}

static void set_problem_at(const char *text, const char *where, const char *problem, GError **error)
{
	int line = 1;
	const char *line_start = text;
	for (const char *p = text; p < where; p++) {
		if (*p == '\n') {
			line++;
			line_start = p + 1;
		}
	}
	error_set(error, ERROR_INVALID, "line %d, column %d: %s", line, (int)(where - line_start) + 1, problem);
}

Json *js_parse(const char *text, gsize length, GError **error)
{
	const char *nul = length > 0 ? memchr(text, '\0', length) : NULL; /* jansson reads over it */
	const char *too_deep = nul ? NULL : find_too_deep(text, length);
	if (nul || too_deep) {
		set_problem_at(text, nul ? nul : too_deep, nul ? "a NUL byte" : "nested deeper than " DEPTH_MAX_TEXT, error);
		return NULL;
	}
	json_error_t problem;
	Json *json = json_loadb(text, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &problem);
	if (!json) {
		g_autofree char *cause = g_utf8_make_valid(problem.text, -1);
		error_set(error, ERROR_INVALID, "line %d, column %d: %s", problem.line, problem.column, cause);
	}
	return json;
}
