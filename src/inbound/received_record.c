/* What a mail is taken for, as the records that `akkoord receive` prints. */
#include "inbound/received.h"

static Json *record_new(const char *file, const Received *received)
{
	Json *record = js_object_new();
	js_object_set_line(record, "file", file);
	js_object_set_line(record, "kind", received_kind_name(received->kind));
	return record;
}

static Json *addresses_json(const GPtrArray *addresses)
{
	Json *array = js_array_new();
	for (guint i = 0; i < addresses->len; i++)
		js_array_append_string(array, g_ptr_array_index(addresses, i));
	return array;
}

static Json *recipient_record(const char *file, const Received *received, const ReceivedRecipient *recipient)
{
	Json *record = record_new(file, received);
	js_object_set_line(record, "recipient", recipient->address);
	if (recipient->alternatives->len > 0)
		js_object_set(record, "alternatives", addresses_json(recipient->alternatives));
	js_object_set_line(record, "action", received_action_name(recipient->action));
	js_object_set_line(record, "status", recipient->status);
	if (recipient->judged)
		js_object_set_boolean(record, "permanent", recipient->permanent);
	js_object_set_line(record, "original_message_id", received->original_message_id);
	js_object_set_line(record, "diagnostic", recipient->diagnostic);
	return record;
}

GPtrArray *received_records(const char *file, const Received *received)
{
	GPtrArray *records = g_ptr_array_new_with_free_func((GDestroyNotify)js_unref);
	if (received->kind == RECEIVED_BOUNCE)
		for (guint i = 0; i < received->recipients->len; i++)
			g_ptr_array_add(records, recipient_record(file, received, g_ptr_array_index(received->recipients, i)));
	if (records->len > 0)
		return records;
	Json *record = record_new(file, received);
	js_object_set_line(record, "original_message_id", received->original_message_id);
	js_object_set_line(record, "uid", received->uid);
	js_object_set_line(record, "partstat", received->partstat);
	g_ptr_array_add(records, record);
	return records;
}
