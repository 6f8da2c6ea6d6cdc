//! Raw files by content.

use dinamika_lake::LakeError;

use crate::place;

#[tokio::test(flavor = "multi_thread")]
async fn bytes_land_once_and_come_back_as_they_were() {
    for place in place::every().await {
        let landing = place.lake.landing();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("Протокол 4 класс.xlsx");
        let bytes: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
        std::fs::write(&file, &bytes).unwrap();

        let landed = landing.put(&file).await.unwrap();
        assert_eq!(landed.size, 3_000_000);
        assert_eq!(landing.put(&file).await.unwrap(), landed);
        assert_eq!(landing.put_bytes(bytes.clone().into()).await.unwrap(), landed);
        assert!(landing.exists(&landed.sha256).await.unwrap());

        let fetched = landing.fetch(&landed.sha256).await.unwrap();
        let path = fetched.path().to_owned();
        assert!(std::fs::read(&path).unwrap() == bytes);
        drop(fetched);
        assert_eq!(path.exists(), place.folder.is_some(), "a copy is gone, the file itself stays");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_never_landed_is_missing() {
    for place in place::every().await {
        let nowhere = "0".repeat(64);
        assert!(!place.lake.landing().exists(&nowhere).await.unwrap());
        assert!(matches!(place.lake.landing().fetch(&nowhere).await, Err(LakeError::Missing(_))));
    }
}
