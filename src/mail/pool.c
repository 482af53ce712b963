/* Threads between two queues. Invariants: a parcel is in one of the queues, in one thread's hands, or its owner's, and nowhere else; the server is down for
 * all threads or for none. */
#include "mail/pool.h"

struct MailPool {
	const Settings *settings;
	Bearer *bearer;       /* that all log in with; NULL */
	MailTransport *spare; /* made, and no thread has it yet */
	GPtrArray *threads;   /* of GThread, also those that are over */
	GAsyncQueue *given, *back;
	SecretKey key; /* of the envelope senders; id 0: none */
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
	MailTransport *transport;
} Worker;

Parcel *parcel_new(const char *id, const char *to, GBytes *bytes)
{
	Parcel *parcel = g_new0(Parcel, 1);
	parcel->id = g_strdup(id);
	parcel->to = g_strdup(to);
	parcel->bytes = g_bytes_ref(bytes);
	return parcel;
}

void parcel_free(Parcel *parcel)
{
	if (parcel == NULL)
		return;
	g_free(parcel->id);
	g_free(parcel->to);
	g_bytes_unref(parcel->bytes);
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
	const gboolean has_others = pool->running > 1;
	if (has_others) {
		delivery->server_down = FALSE;
		pool->running--;
		pool->width = MAX(pool->width - 1, 1);
	}
	pool->is_down |= !has_others;
	g_mutex_unlock(&pool->lock);
	return has_others;
}

/* Whether it was the thread's last. */
static gboolean hand_over(const Worker *worker, Parcel *parcel)
{
	if (is_down(worker->pool))
		return FALSE;
	parcel->begun = TRUE;
	mail_transport_deliver(worker->transport, parcel->id, parcel->to, parcel->bytes, &parcel->delivery);
	return parcel->delivery.server_down && note_failure(worker->pool, &parcel->delivery);
}

static gpointer thread_main(gpointer data)
{
	Worker *worker = data;
	MailPool *pool = worker->pool;
	gboolean is_over = FALSE;
	while (!is_over) {
		Parcel *parcel = g_async_queue_pop(pool->given);
		if (parcel == &pool->end)
			break;
		is_over = hand_over(worker, parcel);
		g_async_queue_push(pool->back, parcel);
	}
	mail_transport_free(worker->transport);
	g_free(worker);
	return NULL;
}

/* --- the owner's --- */

static gboolean is_by_smtp(const Settings *settings)
{
	return g_str_has_prefix(settings->transport, "smtp");
}

MailPool *mail_pool_new(const Settings *settings, GError **error)
{
	g_autoptr(Bearer) bearer = bearer_new(settings);
	MailTransport *transport = mail_transport_new_beside(settings, bearer, error);
	if (transport == NULL)
		return NULL;
	MailPool *pool = g_new0(MailPool, 1);
	pool->settings = settings;
	pool->bearer = g_steal_pointer(&bearer);
	pool->spare = transport;
	pool->width = is_by_smtp(settings) ? MAX(settings->mail_connections, 1) : 1;
	pool->threads = g_ptr_array_new();
	pool->given = g_async_queue_new();
	pool->back = g_async_queue_new();
	g_mutex_init(&pool->lock);
	return pool;
}

void mail_pool_sign(MailPool *pool, const SecretKey *key)
{
	pool->key = *key;
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
	g_async_queue_unref(pool->back);
	mail_transport_free(pool->spare);
	bearer_free(pool->bearer);
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
	MailTransport *transport = pool->spare != NULL ? g_steal_pointer(&pool->spare) : mail_transport_new_beside(pool->settings, pool->bearer, NULL);
	if (transport == NULL)
		return NULL;
	mail_transport_sign(transport, &pool->key);
	Worker *worker = g_new0(Worker, 1);
	*worker = (Worker){pool, transport};
	GThread *thread = pool->threads->len == 0 ? g_thread_new("mail", thread_main, worker) : g_thread_try_new("mail", thread_main, worker, NULL);
	if (thread == NULL) {
		mail_transport_free(transport);
		g_free(worker);
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
	pool->out++;
	g_async_queue_push(pool->given, parcel);
	start_thread(pool);
}

Parcel *mail_pool_take(MailPool *pool, guint64 patience_us)
{
	Parcel *parcel = g_async_queue_timeout_pop(pool->back, patience_us);
	if (parcel != NULL)
		pool->out--;
	return parcel;
}

guint mail_pool_recall(MailPool *pool)
{
	guint count = 0;
	for (Parcel *parcel; (parcel = g_async_queue_try_pop(pool->given)) != NULL; count++)
		g_async_queue_push(pool->back, parcel);
	return count;
}
