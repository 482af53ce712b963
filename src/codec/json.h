/* JSON values: read, build, write canonically (jansson's door).
 *
 * A Json is reference counted. `js_object_set_*` and `js_array_append` that take a Json * steal the reference; a
 * NULL string or Json * sets nothing, so absent stays absent. Getters borrow. Every string set is made
 * valid UTF-8 with control characters but LF and TAB removed ("control characters are removed before an event is
 * made": js_object_set_line also folds LF and TAB to blanks; events use only that). */
#ifndef CODEC_JSON_H
#define CODEC_JSON_H

#include <glib.h>

typedef struct json_t Json;

Json *js_object_new(void);
Json *js_array_new(void);
Json *js_string_new(const char *text);
Json *js_integer_new(gint64 value);
Json *js_ref(Json *json);
void js_unref(Json *json);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Json, js_unref)

void js_object_set(Json *object, const char *key, Json *value);
void js_object_set_string(Json *object, const char *key, const char *value); /* LF and TAB stay */
void js_object_set_line(Json *object, const char *key, const char *value);   /* no control characters at all */
void js_object_set_integer(Json *object, const char *key, gint64 value);     /* |value| < 2^53 */
void js_object_set_boolean(Json *object, const char *key, gboolean value);
void js_object_set_instant(Json *object, const char *key, gint64 instant);   /* RFC 3339; INSTANT_NONE: absent */
void js_array_append(Json *array, Json *value);
void js_array_append_string(Json *array, const char *value);

/* NULL, `fallback`, FALSE where the key is absent or of another type. */
Json *js_object_get(const Json *object, const char *key);
const char *js_object_get_string(const Json *object, const char *key);
gint64 js_object_get_integer(const Json *object, const char *key, gint64 fallback);
gboolean js_object_get_boolean(const Json *object, const char *key);
gint64 js_object_get_instant(const Json *object, const char *key); /* INSTANT_NONE where absent */
gboolean js_is_object(const Json *json);
gboolean js_is_array(const Json *json);
gboolean js_is_string(const Json *json);
gboolean js_is_set(const Json *json); /* neither absent nor null nor false */
const char *js_string(const Json *json);
gint64 js_integer(const Json *json, gint64 fallback);
gsize js_object_size(const Json *object); /* 0 for NULL */
gsize js_array_length(const Json *array); /* 0 for NULL */
Json *js_array_get(const Json *array, gsize index);

/* A string, number or boolean as text, a fraction in its shortest form; NULL for all else. Owned by the caller. */
char *js_scalar_text(const Json *json);

/* Calls `visit` for each member in sorted key order. */
typedef void (*JsonMemberFunc)(const char *key, Json *value, gpointer user_data);
void js_object_foreach(const Json *object, JsonMemberFunc visit, gpointer user_data);

/* Compact, keys sorted, no escaping beyond what JSON needs: RFC 8785 for values whose keys are ASCII and
 * whose numbers are integers below 2^53. Owned by the caller. */
char *js_canonical(const Json *json);

/* Compact in insertion order, for output. Owned by the caller. */
char *js_line(const Json *json);

/* One value and nothing after it; duplicate keys refused; depth at most 64. ERROR_INVALID with line and column. */
Json *js_parse(const char *text, gsize length, GError **error);

#endif
