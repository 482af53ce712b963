/* Events and their hash chain. What is hashed is always made here from the event's members by one function, so an event
 * that was read back has the same bytes as when it was written; one that does not is not taken for an event at all. */
#include "audit/event.h"

#include <string.h>

#include "base/error.h"
#include "base/instant.h"

#define SALT_BYTES 32

G_STATIC_ASSERT(SALT_BYTES * 2 + 1 == SHA256_HEX_SIZE);
G_STATIC_ASSERT(sizeof EVENT_HASH_ZERO == SHA256_HEX_SIZE);

Event *event_new(const char *type, gint64 at, const char *actor, const char *invoice)
{
	Event *event = g_new0(Event, 1);
	event->type = g_strdup(type);
	event->at = at;
	event->actor = g_strdup(actor ? actor : "system");
	event->invoice = g_strdup(invoice);
	event->data = js_object_new();
	return event;
}

void event_free(Event *event)
{
	if (!event)
		return;
	g_free(event->type);
	g_free(event->actor);
	g_free(event->invoice);
	js_unref(event->data);
	js_unref(event->private);
	g_free(event->canonical);
	g_free(event->private_canonical);
	g_free(event);
}

Json *event_private(Event *event)
{
	if (!event->private)
		event->private = js_object_new();
	return event->private;
}

/* A side record in which nothing was set is none: it would say that there was something to erase. */
static void seal_private(Event *event)
{
	if (js_object_size(event->private) == 0)
		g_clear_pointer(&event->private, js_unref);
	if (!event->private)
		return;
	g_autofree char *salt = secret_random_hex(SALT_BYTES);
	event->private_canonical = js_canonical(event->private);
	g_strlcpy(event->private_salt, salt, SHA256_HEX_SIZE);
	sha256_hex2(salt, strlen(salt), event->private_canonical, strlen(event->private_canonical), event->private_hash);
}

void event_seal(Event *event, gint64 seq, const char *previous)
{
	g_return_if_fail(!event->canonical);
	seal_private(event);
	event->seq = seq;
	event->canonical = event_canonical(event);
	sha256_hex2(previous, strlen(previous), event->canonical, strlen(event->canonical), event->hash);
}

static Json *event_object(const Event *event)
{
	Json *object = js_object_new();
	js_object_set_integer(object, "seq", event->seq);
	js_object_set_instant(object, "at", event->at);
	js_object_set_line(object, "type", event->type);
	js_object_set_line(object, "actor", event->actor);
	if (event->cause != 0)
		js_object_set_integer(object, "cause", event->cause);
	js_object_set_line(object, "invoice", event->invoice);
	if (js_object_size(event->data) > 0)
		js_object_set(object, "data", js_ref(event->data));
	if (event->private_hash[0] != '\0')
		js_object_set_string(object, "private", event->private_hash);
	return object;
}

char *event_canonical(const Event *event)
{
	g_autoptr(Json) object = event_object(event);
	return js_canonical(object);
}

char *event_export(const Event *event)
{
	g_autoptr(Json) object = event_object(event);
	js_object_set_string(object, "hash", event->hash);
	return js_canonical(object);
}

static gboolean is_hash(const char *text)
{
	return strlen(text) == SHA256_HEX_SIZE - 1 && strspn(text, "0123456789abcdef") == SHA256_HEX_SIZE - 1;
}

gboolean event_chain_holds(const char *previous, const char *canonical, const char *hash)
{
	char expected[SHA256_HEX_SIZE];
	if (!is_hash(previous))
		return FALSE;
	sha256_hex2(previous, strlen(previous), canonical, strlen(canonical), expected);
	return strcmp(expected, hash) == 0;
}

/* Takes the members as they are; whether they are all, and well formed, shows when they are written again. */
static Event *event_from_object(const Json *object)
{
	const char *type = js_object_get_string(object, "type");
	const char *private_hash = js_object_get_string(object, "private");
	const gint64 at = js_object_get_instant(object, "at");
	if (!type || at == INSTANT_NONE || (private_hash && !is_hash(private_hash)))
		return NULL;
	Event *event = event_new(type, at, js_object_get_string(object, "actor"), js_object_get_string(object, "invoice"));
	event->seq = js_object_get_integer(object, "seq", 0);
	event->cause = js_object_get_integer(object, "cause", 0);
	Json *data = js_object_get(object, "data");
	if (js_is_object(data)) {
		js_unref(event->data);
		event->data = js_ref(data);
	}
	if (private_hash)
		g_strlcpy(event->private_hash, private_hash, SHA256_HEX_SIZE);
	return event;
}

static const char *find_defect(const Event *event, const char *canonical, const char *hash)
{
	if (!event)
		return "a member that every event has is missing or malformed";
	if (event->seq < 1)
		return "it has no sequence number";
	if (!is_hash(hash))
		return "its hash is not one";
	g_autofree char *again = event_canonical(event);
	return strcmp(again, canonical) == 0 ? NULL : "it is not in canonical form";
}

Event *event_parse(const char *canonical, const char *hash, GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autoptr(Json) object = js_parse(canonical, strlen(canonical), &cause);
	if (!object) {
		error_set(error, ERROR_BROKEN, "not an event: %s", cause->message);
		return NULL;
	}
	g_autoptr(Event) event = event_from_object(object);
	const char *defect = find_defect(event, canonical, hash);
	if (defect) {
		error_set(error, ERROR_BROKEN, "not an event: %s", defect);
		return NULL;
	}
	g_strlcpy(event->hash, hash, SHA256_HEX_SIZE);
	return g_steal_pointer(&event);
}
