//! Certificate and private key, where the program encrypts by itself.

use halfsky_web::Tls;

use super::{Finding, State};
use crate::config::Config;

const SUBJECT: &str = "TLS证书";

/// Looks whether they can be used together; nothing where none are configured.
pub(super) async fn look(config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    match &config.serving.tls {
        Some((cert, key)) => findings.push(match Tls::load(cert, key).await {
            Ok(_) => Finding::well(SUBJECT, format!("{} 与私钥相符", cert.display())),
            Err(error) => {
                let advice = "核对 tls_cert 和 tls_key：应为PEM格式，且是一对";
                Finding::new(SUBJECT, State::Wrong, format!("{error:#}"), advice)
            }
        }),
        None if !config.serving.listen.ip().is_loopback() => {
            let found = format!("在 {} 上提供不加密的http", config.serving.listen);
            let advice = "配置 tls_cert 和 tls_key，或只监听回环地址并使用反向代理";
            findings.push(Finding::new(SUBJECT, State::Remark, found, advice));
        }
        None => {}
    }
    findings
}
