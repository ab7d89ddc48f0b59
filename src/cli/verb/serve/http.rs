//! HTTP: requests from the network become questions, and answers get their headers.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::response::Response;
use tokio::sync::oneshot;

use crate::cli::shell::exit::Failure;
use crate::cli::verb::serve::answers::{Answer, Question};
use crate::cli::verb::serve::gate::{Gate, is_json};

/// The most bytes of a request: more changes than anybody tries by hand.
const LARGEST: usize = 1024 * 1024;

/// What every answer says besides: nobody frames it, keeps it, guesses its kind, or learns the link from it.
const HEADERS: [(&str, &str); 6] = [
    ("cache-control", "no-store"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
];

/// A question, and where its answer goes.
pub(super) struct Asked {
    pub(super) question: Question,
    pub(super) reply: oneshot::Sender<Answer>,
}

/// What requests are looked at with.
struct Door {
    gate: Gate,
    asked: Sender<Asked>,
}

/// Answers requests on a thread of its own; gives the questions that come.
pub(super) fn start(listener: TcpListener, gate: Gate) -> Result<Receiver<Asked>, Failure> {
    let (asked, questions) = mpsc::channel();
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let router = Router::new().fallback(answer).with_state(Arc::new(Door { gate, asked }));
    thread::spawn(move || {
        runtime.block_on(async {
            // Where this ends, so does the channel, and with it the program.
            if let Ok(listener) = tokio::net::TcpListener::from_std(listener) {
                let _ = axum::serve(listener, router).await;
            }
        });
    });
    Ok(questions)
}

async fn answer(State(door): State<Arc<Door>>, request: Request) -> Response {
    let answer = match question(&door.gate, request).await {
        Ok(question) => {
            let (reply, answer) = oneshot::channel();
            let is_asked = door.asked.send(Asked { question, reply }).is_ok();
            let answer = if is_asked { answer.await.ok() } else { None };
            answer.unwrap_or_else(|| Answer::status(StatusCode::INTERNAL_SERVER_ERROR))
        }
        Err(status) => Answer::status(status),
    };
    response(answer)
}

/// What is asked, if it may be.
async fn question(gate: &Gate, request: Request) -> Result<Question, StatusCode> {
    let (head, body) = request.into_parts();
    let path = gate.admit(&head)?;
    if let Some(question) = Question::of_page(path) {
        return if head.method == Method::GET { Ok(question) } else { Err(StatusCode::METHOD_NOT_ALLOWED) };
    }
    let verb = path.strip_prefix("api/").and_then(Question::of_api).ok_or(StatusCode::NOT_FOUND)?;
    if head.method != Method::POST {
        return Err(StatusCode::METHOD_NOT_ALLOWED);
    }
    if !is_json(&head.headers) {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let body = to_bytes(body, LARGEST).await.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
    Ok(Question::Api(verb, body.to_vec()))
}

fn response(answer: Answer) -> Response {
    let policy = format!("{}; frame-ancestors 'none'", answer.policy);
    let own = [("content-type", answer.kind.to_owned()), ("content-security-policy", policy)];
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = answer.status;
    let headers = response.headers_mut();
    for (name, value) in HEADERS.map(|(name, value)| (name, value.to_owned())).into_iter().chain(own) {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    response
}
