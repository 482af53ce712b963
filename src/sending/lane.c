/* Nothing here writes. */
#include "sending/lane.h"

#include "base/clock.h"

/* Who waits so long for a connection is taken back. */
#define PATIENCE_US G_USEC_PER_SEC

void due_free(gpointer data)
{
	Due *due = data;
	message_row_free(due->row);
	g_free(due);
}

static void row_free(gpointer row)
{
	message_row_free(row);
}

static void back_free(gpointer parcel)
{
	parcel_free(parcel);
}

Lane *lane_new(const LaneKind *kind, Session *session, const char *name, const char *channel)
{
	Lane *lane = g_new0(Lane, 1);
	lane->kind = kind;
	lane->session = session;
	lane->name = g_strdup(name);
	lane->channel = g_strdup(channel);
	lane->due = g_ptr_array_new_with_free_func(due_free);
	lane->back = g_ptr_array_new_with_free_func(back_free);
	lane->claimed = g_ptr_array_new_with_free_func(row_free);
	lane->under_way = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, row_free);
	lane->recipients = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return lane;
}

void lane_free(Lane *lane)
{
	mail_pool_free(lane->pool);
	lane->kind->close(lane);
	g_ptr_array_unref(lane->due);
	g_ptr_array_unref(lane->back);
	g_ptr_array_unref(lane->claimed);
	g_hash_table_unref(lane->under_way);
	g_hash_table_unref(lane->recipients);
	g_free(lane->name);
	g_free(lane->channel);
	g_free(lane);
}

Due *lane_add(Lane *lane, MessageRow *row, guint place, gint64 now)
{
	Due *due = g_new(Due, 1);
	*due = (Due){row, now};
	g_ptr_array_insert(lane->due, (gint)place, due);
	return due;
}

static const char *recipient_of(const MessageRow *row)
{
	return row->person ? row->person : row->id;
}

guint lane_count_out(const Lane *lane)
{
	return g_hash_table_size(lane->under_way) - lane->back->len;
}

/* How many the pool may have at once of such a message. */
static guint most_of(const Lane *lane, const MessageRow *row)
{
	if (!lane->pool || !lane->answered)
		return 1;
	const guint width = mail_pool_width(lane->pool);
	return lane->stalled || row->doubts ? width : 2 * width;
}

gboolean lane_has_room(const Lane *lane, const Due *due, guint out)
{
	return !lane->is_down && out < most_of(lane, due->row) && !g_hash_table_contains(lane->recipients, recipient_of(due->row));
}

gboolean lane_can_claim(const Lane *lane)
{
	const guint out = lane_count_out(lane);
	for (guint i = 0; i < lane->due->len; i++)
		if (lane_has_room(lane, lane->due->pdata[i], out))
			return TRUE;
	return FALSE;
}

void lane_find_wanted(Lane *lane, gboolean can_claim)
{
	const int out = (int)g_hash_table_size(lane->under_way), width = lane->pool ? (int)mail_pool_width(lane->pool) : 1;
	if (can_claim)
		lane->wanted = MAX(out - width, 0);
	else
		lane->wanted = out ? MIN(out, width) : -1;
}

void lane_claim(Lane *lane, MessageRow *row)
{
	g_hash_table_add(lane->recipients, g_strdup(recipient_of(row)));
	g_ptr_array_add(lane->claimed, row);
}

/* The row keeps no bytes: the parcel has them. */
static void give(Lane *lane, MessageRow *row, gint64 now)
{
	Parcel *parcel = parcel_new(row->id, row->to, row->bytes, now);
	g_clear_pointer(&row->bytes, g_bytes_unref);
	g_hash_table_insert(lane->under_way, g_strdup(row->id), row);
	mail_pool_give(lane->pool, parcel);
}

void lane_give_claimed(Lane *lane, gint64 now)
{
	if (!lane_count_out(lane))
		lane->heard_us = clock_monotonic_us();
	for (guint i = 0; i < lane->claimed->len; i++)
		give(lane, g_steal_pointer(&lane->claimed->pdata[i]), now);
	g_ptr_array_set_size(lane->claimed, 0);
}

void lane_forget_claimed(Lane *lane)
{
	for (guint i = 0; i < lane->claimed->len; i++)
		g_hash_table_remove(lane->recipients, recipient_of(lane->claimed->pdata[i]));
	g_ptr_array_set_size(lane->claimed, 0);
}

void lane_take(Lane *lane, Parcel *parcel)
{
	const MessageRow *row = g_hash_table_lookup(lane->under_way, parcel->id);
	g_ptr_array_add(lane->back, parcel);
	g_hash_table_remove(lane->recipients, recipient_of(row));
	if (!parcel->begun)
		return;
	lane->heard_us = clock_monotonic_us();
	lane->stalled = FALSE;
	lane->is_down |= parcel->delivery.server_down;
}

void lane_find_stalled(Lane *lane)
{
	if (lane->back->len || !lane_count_out(lane) || clock_monotonic_us() < lane->heard_us + PATIENCE_US)
		return;
	lane->stalled = TRUE;
	mail_pool_recall(lane->pool);
}

MessageRow *lane_steal_row(Lane *lane, const Parcel *parcel)
{
	g_autofree gpointer id = NULL;
	gpointer row = NULL;
	g_hash_table_steal_extended(lane->under_way, parcel->id, &id, &row);
	return row;
}
