/* Invariant: reasons_from_event(reasons_to_event(r)) equals r but for controls and line breaks in what was found. */
#include "audit/reasons.h"

#include "base/text.h"

static void write_texts(Json *object, const char *key, const GPtrArray *texts)
{
	Json *array = js_array_new();
	for (guint i = 0; i < texts->len; i++) {
		g_autofree char *clean = text_clean_line(g_ptr_array_index(texts, i));
		js_array_append_string(array, clean);
	}
	js_object_set(object, key, array);
}

static void read_texts(const Json *array, GPtrArray *texts)
{
	for (gsize i = 0; i < js_array_length(array); i++) {
		const char *text = js_string(js_array_get(array, i));
		if (text != NULL)
			g_ptr_array_add(texts, g_strdup(text));
	}
}

Json *reasons_to_event(const GPtrArray *reasons)
{
	Json *array = js_array_new();
	for (guint i = 0; i < reasons->len; i++) {
		const RouteReason *reason = g_ptr_array_index(reasons, i);
		Json *object = js_object_new();
		js_object_set_line(object, "chain", reason->chain);
		js_object_set_string(object, "condition", reason->condition);
		if (reason->holds)
			js_object_set_boolean(object, "holds", TRUE);
		if (reason->no_rate)
			js_object_set_boolean(object, "no_rate", TRUE);
		write_texts(object, "found", reason->found);
		write_texts(object, "wanted", reason->wanted);
		js_array_append(array, object);
	}
	return array;
}

GPtrArray *reasons_from_event(const Json *array)
{
	GPtrArray *reasons = g_ptr_array_new_with_free_func((GDestroyNotify)route_reason_free);
	for (gsize i = 0; i < js_array_length(array); i++) {
		const Json *object = js_array_get(array, i);
		const char *chain = js_object_get_string(object, "chain"), *condition = js_object_get_string(object, "condition");
		if (chain == NULL || condition == NULL)
			continue;
		RouteReason *reason = route_reason_new(chain, condition);
		reason->holds = js_object_get_boolean(object, "holds");
		reason->no_rate = js_object_get_boolean(object, "no_rate");
		read_texts(js_object_get(object, "found"), reason->found);
		read_texts(js_object_get(object, "wanted"), reason->wanted);
		g_ptr_array_add(reasons, reason);
	}
	return reasons;
}
