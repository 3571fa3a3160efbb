//! The shape of every list.

/// Makes the page of one kind of record: a struct of its own, because generators cannot name a generic one.
///
/// `UserPage of User from users::User` converts with `From`; `… from passports::Shown, with today` calls
/// `Passport::new(shown, today)`, for views that depend on the day.
macro_rules! page_view {
    ($(#[$doc:meta])* $page:ident of $view:ident from $model:ty $(, with $today:ident)?) => {
        $(#[$doc])*
        #[derive(Debug, serde::Serialize, utoipa::ToSchema)]
        pub struct $page {
            /// The records, in the order in which they were added.
            #[schema(max_items = 200)]
            pub data: Vec<$view>,
            /// What to send as `cursor` for the next page; null on the last one.
            #[schema(required, max_length = 200, example = "AZIAAAAAcACAAAAAAAAAAwOfH3bCqF2gb6qFmvTFl7Y")]
            pub next_cursor: Option<String>,
            /// Whether there is a next page.
            pub has_more: bool,
        }

        $crate::page::page_view!(@new $page $view $model $(, $today)?);
    };
    (@new $page:ident $view:ident $model:ty) => {
        impl From<service::page::Page<$model>> for $page {
            fn from(page: service::page::Page<$model>) -> Self {
                let has_more = page.next_cursor.is_some();
                Self { data: page.data.into_iter().map($view::from).collect(), next_cursor: page.next_cursor, has_more }
            }
        }
    };
    (@new $page:ident $view:ident $model:ty, $today:ident) => {
        impl $page {
            /// The page as of a day.
            pub fn new(page: service::page::Page<$model>, $today: chrono::NaiveDate) -> Self {
                let has_more = page.next_cursor.is_some();
                let data = page.data.into_iter().map(|it| $view::new(it, $today)).collect();
                Self { data, next_cursor: page.next_cursor, has_more }
            }
        }
    };
}

pub(crate) use page_view;
