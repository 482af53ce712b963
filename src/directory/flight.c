/* Searches in flight: sent while there is room in the window, and settled in the order of the server's replies. */
#include "directory/flight.h"
#include "base/clock.h"
#include "base/error.h"

/* Servers close a connection that piles up more than they like (slapd: 100). */
#define WINDOW      50
#define ENTRIES_MAX 10000

/* One search on its way, or about to be. */
typedef struct {
	Search *search;
	GPtrArray *entries; /* so far */
	GBytes *cookie;     /* NULL: not in pages; empty: the first one */
	gint64 began_us;    /* when its first page was sent; 0 = not yet */
	int id;
} Flyer;

typedef struct {
	Connection *connection;
	gint64 timeout_us;
	gint64 heard_us;      /* when the last reply came, or the first wait for one began */
	GQueue waiting;       /* of Flyer */
	GQueue waiting_pages; /* likewise, those that go in pages */
	GPtrArray *flying;    /* of Flyer, in the order in which they were sent */
	gboolean is_paging;   /* one of those flying is in pages */
} Flight;

static Flyer *flyer_new(Search *search)
{
	Flyer *flyer = g_new0(Flyer, 1);

	flyer->search = search;
	flyer->entries = search_entries_new();
	return flyer;
}

static void flyer_free(gpointer data)
{
	Flyer *flyer = data;

	g_ptr_array_unref(flyer->entries);
	g_clear_pointer(&flyer->cookie, g_bytes_unref);
	g_free(flyer);
}

static void flight_clear(Flight *flight)
{
	g_queue_clear_full(&flight->waiting, flyer_free);
	g_queue_clear_full(&flight->waiting_pages, flyer_free);
	g_ptr_array_unref(flight->flying);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Flight, flight_clear)

static void flight_load(Flight *flight, const GPtrArray *searches)
{
	for (guint i = 0; i < searches->len; i++) {
		Search *search = g_ptr_array_index(searches, i);
		if (search_is_open(search))
			g_queue_push_tail(&flight->waiting, flyer_new(search));
	}
}

/* --- sending --- */

/* The queue whose head goes next; NULL = none may go now. */
static GQueue *flight_next(Flight *flight)
{
	if (!flight->is_paging && !g_queue_is_empty(&flight->waiting_pages))
		return &flight->waiting_pages;
	return !g_queue_is_empty(&flight->waiting) ? &flight->waiting : NULL;
}

static void flight_board(Flight *flight, Flyer *flyer)
{
	if (flyer->began_us == 0)
		flyer->began_us = clock_monotonic_us();
	if (flight->flying->len == 0)
		flight->heard_us = clock_monotonic_us();
	flight->is_paging = flight->is_paging || flyer->cookie != NULL;
	g_ptr_array_add(flight->flying, flyer);
}

/* FALSE with *error where the line is lost. */
static gboolean flight_send(Flight *flight, GError **error)
{
	for (GQueue *queue = flight_next(flight); queue != NULL && flight->flying->len < WINDOW; queue = flight_next(flight)) {
		g_autoptr(GError) cause = NULL;
		Flyer *flyer = g_queue_peek_head(queue);
		Sending sending =
			connection_send(flight->connection, flyer->search, flyer->cookie, flight->timeout_us, &flyer->id, &cause);
		if (sending == SENDING_LATER && flight->flying->len > 0)
			return TRUE;
		if (sending == SENDING_LATER)
			error_set(&cause, ERROR_UNAVAILABLE, "%s: search: the line takes nothing",
			          connection_uri(flight->connection));
		if (sending == SENDING_LOST || sending == SENDING_LATER) {
			g_propagate_error(error, g_steal_pointer(&cause));
			return FALSE;
		}
		g_queue_pop_head(queue);
		if (sending == SENDING_DONE) {
			flight_board(flight, flyer);
			continue;
		}
		search_fail(flyer->search, cause);
		flyer_free(flyer);
	}
	return TRUE;
}

/* --- receiving --- */

/* Takes it out of those flying; the caller's. */
static Flyer *flight_leave(Flight *flight, guint place)
{
	Flyer *flyer = g_ptr_array_steal_index(flight->flying, place);

	if (flyer->cookie != NULL)
		flight->is_paging = FALSE;
	return flyer;
}

static gint64 flyer_deadline(const Flight *flight, const Flyer *flyer)
{
	return flyer->began_us + flight->timeout_us;
}

static void flight_refuse(Flight *flight, guint place, const GError *error, gboolean is_refused)
{
	Flyer *flyer = flight_leave(flight, place);

	flyer->search->is_refused = is_refused;
	search_fail(flyer->search, error);
	flyer_free(flyer);
}

static void flight_turn_page(Flight *flight, guint place, GBytes *cookie)
{
	Flyer *flyer = flight_leave(flight, place);

	g_clear_pointer(&flyer->cookie, g_bytes_unref);
	flyer->cookie = g_bytes_ref(cookie);
	g_queue_push_head(&flight->waiting_pages, flyer);
}

/* Once more from its beginning, in pages. */
static void flight_begin_pages(Flight *flight, guint place)
{
	Flyer *flyer = g_ptr_array_index(flight->flying, place);
	g_autoptr(GBytes) first_page = g_bytes_new_static("", 0);

	g_ptr_array_set_size(flyer->entries, 0);
	flight_turn_page(flight, place, first_page);
}

static void flight_land(Flight *flight, guint place)
{
	Flyer *flyer = flight_leave(flight, place);

	search_settle(flyer->search, g_ptr_array_ref(flyer->entries));
	flyer_free(flyer);
}

/* A reply that ends what was sent. */
static void flight_take_end(Flight *flight, guint place, Reply *reply)
{
	const Flyer *flyer = g_ptr_array_index(flight->flying, place);
	const gboolean is_read = flyer->search->is_read, is_paged = flyer->cookie != NULL;
	/* This server will never say more of that name. */
	if (reply->is_elsewhere && is_read)
		reply->error->code = ERROR_ELSEWHERE;

	/* The name is what was asked for: where there is no such entry, that is the answer. A next page of what was not asked for in pages is of nobody knows what. */
	if (reply->error == NULL && reply->cookie != NULL && is_paged)
		flight_turn_page(flight, place, reply->cookie);
	else if (reply->error == NULL && reply->cookie != NULL)
		flight_begin_pages(flight, place);
	else if (reply->error == NULL || (is_read && reply->is_nowhere) || (flyer->search->wants_one && flyer->entries->len > 0))
		flight_land(flight, place);
	else if (reply->is_too_much && !is_read && !is_paged)
		flight_begin_pages(flight, place);
	else
		flight_refuse(flight, place, reply->error, !reply->is_busy);
}

static void flight_take_entry(Flight *flight, guint place, Reply *reply)
{
	Flyer *flyer = g_ptr_array_index(flight->flying, place);

	if (flyer->entries->len < ENTRIES_MAX) {
		g_ptr_array_add(flyer->entries, g_steal_pointer(&reply->entry));
		return;
	}
	g_autoptr(GError) error = NULL;
	error_set(&error, ERROR_UNAVAILABLE, "%s: search: more than %d entries", connection_uri(flight->connection), ENTRIES_MAX);
	connection_abandon(flight->connection, flyer->id);
	flight_refuse(flight, place, error, TRUE);
}

/* Replies that concern nothing in flight are passed over: the rest of what was given up. */
static void flight_take(Flight *flight, Reply *reply)
{
	for (guint place = 0; place < flight->flying->len; place++) {
		const Flyer *flyer = g_ptr_array_index(flight->flying, place);
		if (flyer->id != reply->id)
			continue;
		if (reply->entry != NULL)
			flight_take_entry(flight, place, reply);
		else
			flight_take_end(flight, place, reply);
		return;
	}
}

/* --- time --- */

static void flight_late(const Flight *flight, GError **error)
{
	error_set(error, ERROR_UNAVAILABLE, "%s: search: no answer in time", connection_uri(flight->connection));
}

/* Gives up those that are past their deadline: they were sent first, but for those that began long ago and are turning pages. */
static void flight_give_up_late(Flight *flight, gint64 now_us)
{
	for (guint place = 0; place < flight->flying->len;) {
		Flyer *flyer = g_ptr_array_index(flight->flying, place);
		if (now_us < flyer_deadline(flight, flyer)) {
			place++;
			continue;
		}
		g_autoptr(GError) error = NULL;
		flight_late(flight, &error);
		connection_abandon(flight->connection, flyer->id);
		search_fail(flyer->search, error);
		flyer_free(flight_leave(flight, place));
	}
}

static gint64 flight_deadline(const Flight *flight)
{
	gint64 deadline = flight->heard_us + flight->timeout_us;

	for (guint i = 0; i < flight->flying->len; i++)
		deadline = MIN(deadline, flyer_deadline(flight, g_ptr_array_index(flight->flying, i)));
	return deadline;
}

/* One reply, or the end of somebody's patience. */
static FlightEnd flight_wait(Flight *flight, GError **error)
{
	const gint64 deadline = flight_deadline(flight);
	g_auto(Reply) reply = {0};

	if (!connection_receive(flight->connection, deadline, &reply, error))
		return FLIGHT_LOST;
	const gint64 now = clock_monotonic_us();
	if (reply.is_silence && now - flight->heard_us >= flight->timeout_us) {
		flight_late(flight, error);
		return FLIGHT_SILENT;
	}
	if (!reply.is_silence) {
		flight->heard_us = now;
		flight_take(flight, &reply);
	}
	if (now >= deadline)
		flight_give_up_late(flight, now);
	return FLIGHT_LANDED;
}

FlightEnd flight_run(Connection *connection, GPtrArray *searches, gint64 timeout_us, GError **error)
{
	g_auto(Flight) flight = {
		.connection = connection,
		.timeout_us = timeout_us,
		.flying = g_ptr_array_new_with_free_func(flyer_free),
	};
	FlightEnd end = FLIGHT_LANDED;

	flight_load(&flight, searches);
	while (end == FLIGHT_LANDED && (flight.flying->len > 0 || flight_next(&flight) != NULL)) {
		if (!flight_send(&flight, error))
			return FLIGHT_LOST;
		if (flight.flying->len > 0)
			end = flight_wait(&flight, error);
	}
	return end;
}
