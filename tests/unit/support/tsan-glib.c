/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What GLib synchronises, told to ThreadSanitizer.
 *
 * GLib is not built with the sanitizer, and its locks are futexes of its own: the sanitizer does
 * not see that one thread's write came before another's read when a GMutex, an atomic reference
 * count or a main context lies between them. Each function here stands before the one of GLib with
 * the same name and says only what that one documents: who unlocks comes before who locks, who
 * drops a reference before who drops the last one, who hands something to a main context before
 * what runs there. So what is still reported is not ordered by GLib either.
 *
 * Linked into tests only, and only with -Db_sanitize=thread.
 */
#include <dlfcn.h>
#include <gio/gio.h>

void __tsan_acquire (void *address);
void __tsan_release (void *address);

#define REAL(function)                                                                             \
  static __typeof__ (&function) real;                                                              \
  if (real == NULL)                                                                                \
  real = (__typeof__ (&function)) dlsym (RTLD_NEXT, #function)

/* ---- locks ---- */

void
g_mutex_lock (GMutex *mutex)
{
  REAL (g_mutex_lock);
  real (mutex);
  __tsan_acquire (mutex);
}

void
g_mutex_unlock (GMutex *mutex)
{
  REAL (g_mutex_unlock);
  __tsan_release (mutex);
  real (mutex);
}

void
g_cond_wait (GCond *cond, GMutex *mutex)
{
  REAL (g_cond_wait);
  __tsan_release (mutex);
  real (cond, mutex);
  __tsan_acquire (mutex);
}

gboolean
g_cond_wait_until (GCond *cond, GMutex *mutex, gint64 end_time)
{
  gboolean was_told;
  REAL (g_cond_wait_until);

  __tsan_release (mutex);
  was_told = real (cond, mutex, end_time);
  __tsan_acquire (mutex);
  return was_told;
}

gboolean (g_once_init_enter) (volatile void *location)
{
  static gboolean (*real) (volatile void *);
  gboolean is_first;

  if (real == NULL)
    real = (gboolean (*) (volatile void *)) dlsym (RTLD_NEXT, "g_once_init_enter");
  is_first = real (location);
  __tsan_acquire ((void *) location);
  return is_first;
}

void (g_once_init_leave) (volatile void *location, gsize result)
{
  static void (*real) (volatile void *, gsize);

  if (real == NULL)
    real = (void (*) (volatile void *, gsize)) dlsym (RTLD_NEXT, "g_once_init_leave");
  __tsan_release ((void *) location);
  real (location, result);
}

/* ---- reference counts ---- */

gboolean (g_atomic_ref_count_dec) (gatomicrefcount *count)
{
  static gboolean (*real) (gatomicrefcount *);
  gboolean is_last;

  if (real == NULL)
    real = (gboolean (*) (gatomicrefcount *)) dlsym (RTLD_NEXT, "g_atomic_ref_count_dec");
  __tsan_release (count);
  is_last = real (count);
  __tsan_acquire (count);
  return is_last;
}

#define UNREF(function, type)                                                                      \
  void function (type *object)                                                                     \
  {                                                                                                \
    REAL (function);                                                                               \
    __tsan_release ((void *) object);                                                              \
    __tsan_acquire ((void *) object);                                                              \
    real (object);                                                                                 \
  }

UNREF (g_bytes_unref, GBytes)
UNREF (g_variant_unref, GVariant)
UNREF (g_hash_table_unref, GHashTable)
UNREF (g_ptr_array_unref, GPtrArray)
UNREF (g_main_context_unref, GMainContext)
UNREF (g_main_loop_unref, GMainLoop)
UNREF (g_source_unref, GSource)

void (g_object_unref) (gpointer object)
{
  static void (*real) (gpointer);

  if (real == NULL)
    real = (void (*) (gpointer)) dlsym (RTLD_NEXT, "g_object_unref");
  __tsan_release (object);
  __tsan_acquire (object);
  real (object);
}

/* ---- what is handed to a main context ---- */

typedef struct
{
  GSourceFunc func;
  gpointer data;
  GDestroyNotify notify;
} Handed;

static gboolean
run_handed (gpointer data)
{
  Handed *handed = data;
  gboolean stays;

  __tsan_acquire (handed);
  stays = handed->func (handed->data);
  __tsan_release (handed);
  return stays;
}

static void
free_handed (gpointer data)
{
  Handed *handed = data;

  __tsan_acquire (handed);
  if (handed->notify != NULL)
    handed->notify (handed->data);
  g_free (handed);
}

/* Sources whose functions have another type pass as they are. */
void
g_source_set_callback (GSource *source, GSourceFunc func, gpointer data, GDestroyNotify notify)
{
  REAL (g_source_set_callback);
  Handed *handed;

  if (source->source_funcs != &g_idle_funcs && source->source_funcs != &g_timeout_funcs)
    {
      real (source, func, data, notify);
      return;
    }
  handed = g_new0 (Handed, 1);
  handed->func = func;
  handed->data = data;
  handed->notify = notify;
  __tsan_release (handed);
  real (source, run_handed, handed, free_handed);
}

/* ---- tasks and cancellables ---- */

#define RETURN(function, ...)                                                                      \
  __tsan_release (task);                                                                           \
  real (__VA_ARGS__)

void
g_task_return_boolean (GTask *task, gboolean result)
{
  REAL (g_task_return_boolean);
  RETURN (g_task_return_boolean, task, result);
}

void
g_task_return_pointer (GTask *task, gpointer result, GDestroyNotify destroy)
{
  REAL (g_task_return_pointer);
  RETURN (g_task_return_pointer, task, result, destroy);
}

void
g_task_return_error (GTask *task, GError *error)
{
  REAL (g_task_return_error);
  RETURN (g_task_return_error, task, error);
}

gboolean
g_task_propagate_boolean (GTask *task, GError **error)
{
  REAL (g_task_propagate_boolean);
  __tsan_acquire (task);
  return real (task, error);
}

gpointer
g_task_propagate_pointer (GTask *task, GError **error)
{
  REAL (g_task_propagate_pointer);
  __tsan_acquire (task);
  return real (task, error);
}

static void
run_task (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GTaskThreadFunc func;

  __tsan_acquire (task);
  func = (GTaskThreadFunc) g_object_get_data (G_OBJECT (task), "tsan-func");
  func (task, source, task_data, cancellable);
}

void
g_task_run_in_thread (GTask *task, GTaskThreadFunc func)
{
  REAL (g_task_run_in_thread);
  g_object_set_data (G_OBJECT (task), "tsan-func", (gpointer) func);
  __tsan_release (task);
  real (task, run_task);
}

gpointer
g_task_get_task_data (GTask *task)
{
  REAL (g_task_get_task_data);
  __tsan_acquire (task);
  return real (task);
}

gpointer
g_task_get_source_object (GTask *task)
{
  REAL (g_task_get_source_object);
  __tsan_acquire (task);
  return real (task);
}

gulong
g_cancellable_connect (GCancellable *cancellable, GCallback callback, gpointer data,
                       GDestroyNotify destroy)
{
  REAL (g_cancellable_connect);
  gulong id;

  __tsan_release (cancellable);
  id = real (cancellable, callback, data, destroy);
  __tsan_release (cancellable);
  return id;
}

void
g_cancellable_cancel (GCancellable *cancellable)
{
  REAL (g_cancellable_cancel);
  __tsan_acquire (cancellable);
  real (cancellable);
  __tsan_release (cancellable);
}

void
g_cancellable_disconnect (GCancellable *cancellable, gulong id)
{
  REAL (g_cancellable_disconnect);
  real (cancellable, id);
  if (cancellable != NULL)
    __tsan_acquire (cancellable);
}
