/* Threads between two queues. Invariants: a parcel is in one of the queues, in one thread's hands, or its owner's, and nowhere else; the server is down for
 * all threads or for none. */
#include "mail/pool.h"

struct MailPool {
	const PoolWork *work;
	gpointer user_data;
	gpointer spare;     /* opened, and no thread has it yet */
	GPtrArray *threads; /* of GThread, also those that are over */
	GAsyncQueue *given, *back;
	guint out; /* parcels that were given and not taken */
	Parcel end; /* given to a thread: there is no more */
	GMutex lock;
	/* under the lock */
	guint width;
	guint running;
	gboolean is_down;
};

typedef struct {
	MailPool *pool;
	gpointer with;
} Hand;

Parcel *parcel_new(const char *id, const char *to, GBytes *bytes, gint64 now)
{
	Parcel *parcel = g_new0(Parcel, 1);
	parcel->id = g_strdup(id);
	parcel->to = g_strdup(to);
	parcel->bytes = bytes != NULL ? g_bytes_ref(bytes) : NULL;
	parcel->now = now;
	return parcel;
}

void parcel_free(Parcel *parcel)
{
	if (parcel == NULL)
		return;
	g_free(parcel->id);
	g_free(parcel->to);
	g_clear_pointer(&parcel->bytes, g_bytes_unref);
	delivery_clear(&parcel->delivery);
	g_free(parcel);
}

/* --- in the threads --- */

static gboolean is_down(MailPool *pool)
{
	g_mutex_lock(&pool->lock);
	const gboolean down = pool->is_down;
	g_mutex_unlock(&pool->lock);
	return down;
}

/* Whether this connection is one too many. */
static gboolean note_failure(MailPool *pool, Delivery *delivery)
{
	g_mutex_lock(&pool->lock);
	const gboolean is_one_too_many = pool->work->bears_fewer && pool->running > 1;
	if (is_one_too_many) {
		delivery->server_down = FALSE;
		pool->running--;
		pool->width = MAX(pool->width - 1, 1);
	}
	pool->is_down |= !is_one_too_many;
	g_mutex_unlock(&pool->lock);
	return is_one_too_many;
}

/* Whether it was the thread's last. */
static gboolean hand_over(const Hand *hand, Parcel *parcel)
{
	if (is_down(hand->pool))
		return FALSE;
	parcel->begun = TRUE;
	hand->pool->work->carry(hand->with, parcel);
	return parcel->delivery.server_down && note_failure(hand->pool, &parcel->delivery);
}

static void close_one(const MailPool *pool, gpointer with)
{
	if (with != NULL && pool->work->close != NULL)
		pool->work->close(with);
}

static gpointer thread_main(gpointer data)
{
	Hand *hand = data;
	MailPool *pool = hand->pool;
	gboolean is_over = FALSE;
	while (!is_over) {
		Parcel *parcel = g_async_queue_pop(pool->given);
		if (parcel == &pool->end)
			break;
		is_over = hand_over(hand, parcel);
		g_async_queue_push(pool->back, parcel);
	}
	close_one(pool, hand->with);
	g_free(hand);
	return NULL;
}

/* --- the owner's --- */

MailPool *mail_pool_new(const PoolWork *work, gpointer user_data, guint width, GAsyncQueue *back, GError **error)
{
	gpointer spare = work->open(user_data, error);
	if (spare == NULL)
		return NULL;
	MailPool *pool = g_new0(MailPool, 1);
	pool->work = work;
	pool->user_data = user_data;
	pool->spare = spare;
	pool->width = MAX(width, 1);
	pool->threads = g_ptr_array_new();
	pool->given = g_async_queue_new();
	pool->back = back;
	g_mutex_init(&pool->lock);
	return pool;
}

static guint count_running(MailPool *pool)
{
	g_mutex_lock(&pool->lock);
	const guint running = pool->running;
	g_mutex_unlock(&pool->lock);
	return running;
}

void mail_pool_free(MailPool *pool)
{
	if (pool == NULL)
		return;
	for (guint i = count_running(pool); i > 0; i--)
		g_async_queue_push(pool->given, &pool->end);
	for (guint i = 0; i < pool->threads->len; i++)
		g_thread_join(pool->threads->pdata[i]);
	g_ptr_array_unref(pool->threads);
	g_async_queue_unref(pool->given);
	close_one(pool, pool->spare);
	g_mutex_clear(&pool->lock);
	g_free(pool);
}

guint mail_pool_width(MailPool *pool)
{
	g_mutex_lock(&pool->lock);
	const guint width = pool->width;
	g_mutex_unlock(&pool->lock);
	return width;
}

static void count_threads(MailPool *pool, int more)
{
	g_mutex_lock(&pool->lock);
	pool->running += (guint)more;
	g_mutex_unlock(&pool->lock);
}

/* NULL: those that run do the work. Without the first nobody would. */
static GThread *try_thread(MailPool *pool)
{
	gpointer with = pool->spare != NULL ? g_steal_pointer(&pool->spare) : pool->work->open(pool->user_data, NULL);
	if (with == NULL)
		return NULL;
	Hand *hand = g_new0(Hand, 1);
	*hand = (Hand){pool, with};
	GThread *thread = pool->threads->len == 0 ? g_thread_new("mail", thread_main, hand) : g_thread_try_new("mail", thread_main, hand, NULL);
	if (thread == NULL) {
		close_one(pool, with);
		g_free(hand);
	}
	return thread;
}

/* Counted before it runs: it may be over at once. */
static void start_thread(MailPool *pool)
{
	if (count_running(pool) >= MIN(mail_pool_width(pool), pool->out))
		return;
	count_threads(pool, 1);
	GThread *thread = try_thread(pool);
	if (thread != NULL)
		g_ptr_array_add(pool->threads, thread);
	else
		count_threads(pool, -1);
}

void mail_pool_give(MailPool *pool, Parcel *parcel)
{
	parcel->pool = pool;
	pool->out++;
	g_async_queue_push(pool->given, parcel);
	start_thread(pool);
}

Parcel *mail_pool_take(GAsyncQueue *back, guint64 patience_us)
{
	Parcel *parcel = g_async_queue_timeout_pop(back, patience_us);
	if (parcel != NULL)
		parcel->pool->out--;
	return parcel;
}

void mail_pool_recall(MailPool *pool)
{
	for (Parcel *parcel; (parcel = g_async_queue_try_pop(pool->given)) != NULL;)
		g_async_queue_push(pool->back, parcel);
}
